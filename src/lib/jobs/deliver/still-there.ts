import { isReelError } from '#lib/base/errors.ts';
import type { JobRun } from '#lib/jobs/job.ts';
import type { TaskRef, TaskState } from '#lib/jobs/provider.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { stateOf } from '#lib/jobs/record/state.ts';
import { isSameEndpoint } from '#lib/jobs/same-endpoint.ts';

const OVER: ReadonlySet<TaskState['phase']> = new Set(['failed', 'canceled', 'unknown']);

/**
 * Whether the provider still has the file of a finished record that is missing here. By our clock alone the link has
 * expired; one look is free, and a fast clock would buy the film a second time. If the file is there, the record
 * belongs to that task again.
 * @throws ReelError when the provider cannot be asked: nothing is bought on a guess
 */
export async function isStillThere<R extends JobRecord, Request>(run: JobRun<R, Request>): Promise<boolean> {
  const { job, leased } = run;
  const { record } = leased;
  if (stateOf(record).kind !== 'ready' || job.force || record.taskId === undefined || job.hasFile(record)) return false;
  if (!isSameEndpoint(job, record)) return false;
  const state = await readIfKnown(run, { taskId: record.taskId, handle: record.handle });
  // Without a link it may have one at the next look: it is paid for all the same.
  if (state === undefined || OVER.has(state.phase)) return false;
  await leased.patch({ status: 'generating' });
  return true;
}

async function readIfKnown<R extends JobRecord, Request>(
  { job, signal }: JobRun<R, Request>,
  task: TaskRef,
): Promise<TaskState | undefined> {
  try {
    return await job.provider.read(task, signal);
  } catch (error) {
    const isUnknown = isReelError(error) && ['expired', 'not-found', 'invalid-input'].includes(error.code);
    if (isUnknown) return undefined;
    throw error;
  }
}
