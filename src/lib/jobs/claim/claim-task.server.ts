import { type Clock, systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { isSurelyDead, processIdentity } from '#lib/base/process/process-identity.server.ts';
import { byStoreClock, isLeasedByOther } from '#lib/jobs/lease/lease.ts';
import type { Candidate, JobRecord } from '#lib/jobs/record/job-record.ts';
import { fenceOf } from '#lib/jobs/record/lost-record.ts';
import { taskClaim } from '#lib/jobs/record/record-format.ts';
import { isStoppedAtProvider, stateOf, unansweredOf } from '#lib/jobs/record/state.ts';
import type { Mutation, RecordStore } from '#lib/stores/records/record-store.ts';

export interface ClaimTuning {
  clock?: Clock | undefined;
  newOwner?: (() => string) | undefined;
  isSurelyDead?: ((owner: string) => boolean) | undefined;
}

/**
 * Claims a record for a task to capture: its own, also one that was cancelled, or one of the candidates of a submission
 * whose outcome is unknown. In one step, so that no process working on the record is overruled.
 * @throws ReelError `busy` while another process holds the lease, or when the record now belongs to another task;
 *   `not-found` for a task that the provider has stopped
 */
export async function claimTask<R extends JobRecord>(
  store: RecordStore<R>,
  key: string,
  taskId: string,
  tuning: ClaimTuning = {},
): Promise<R> {
  const { clock = systemClock, newOwner = processIdentity } = tuning;
  const options = { owner: newOwner(), ttlMs: 0, clock, isSurelyDead: tuning.isSurelyDead ?? isSurelyDead };
  const mutate: Mutation<R> = (current, step) => {
    const { ownerOf } = step;
    if (isLeasedByOther(current, byStoreClock(options, step))) throw busy(`Another process is working on ${key}`);
    if (current?.taskId === taskId) return stateOf(current).kind === 'ready' ? current : reopened(current, taskId);
    const candidate = current && candidateOf(current, taskId);
    if (!candidate || ownerOf(taskClaim(taskId)) !== undefined)
      throw busy(`${key} no longer belongs to task ${taskId}`);
    const submittedAt = candidate.submittedAt ?? current.intent?.at;
    const requestId = candidate.requestId ?? current.requestId;
    const { handle } = candidate;
    return { ...reopened(current, taskId), handle, submittedAt, expiresAt: current.intent?.listedUntil, requestId };
  };
  const claimed = await store.update(key, mutate, { claims: [taskClaim(taskId)] });
  if (!claimed) throw busy(`${key} is gone`);
  return claimed;
}

function reopened<R extends JobRecord>(current: R, taskId: string): R {
  if (isStoppedAtProvider(current)) {
    throw new ReelError('not-found', `The provider stopped task ${taskId} before it produced a result.`, { taskId });
  }
  // A process that has lost this lease must not go on with it once it wakes.
  const fence = fenceOf(current);
  const cleared = { lease: undefined, error: undefined, errorCode: undefined, canceledAt: undefined };
  return { ...current, ...cleared, taskId, status: 'generating', fence };
}

function candidateOf(record: JobRecord, taskId: string): Candidate | undefined {
  return unansweredOf(record)?.candidates?.find((candidate) => candidate.taskId === taskId);
}

function busy(what: string): ReelError {
  return new ReelError('busy', `${what}. Nothing was changed. Check its current state, then try again.`);
}
