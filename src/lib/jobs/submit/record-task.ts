import { backoffDelayMs } from '#lib/base/backoff.ts';
import { messageOf, ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import { type JobRun, reportAndWait } from '#lib/jobs/job.ts';
import type { JobProvider, Submitted, TaskRef } from '#lib/jobs/provider.ts';
import { endWithoutResult } from '#lib/jobs/record/history.ts';
import { type Intent, isSameSubmission, type JobRecord, type PastSubmission } from '#lib/jobs/record/job-record.ts';
import { stateOf } from '#lib/jobs/record/state.ts';

// With the back-off half a minute: a full disk may be freed, a stopped writer go on.
const MOST_WRITES = 8;

/**
 * Records the task of an answered submission durably. It is paid for: so it is recorded despite a lost lease or a
 * cancellation, and a store that cannot be written is retried before giving up.
 * @throws ReelError with the task id: `busy` when the record now belongs to another submission (the task is then in its
 *   history), `aborted` when it was cancelled meanwhile, or the store's error when the id could not be written
 */
export async function recordTask<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  intent: Intent,
  answer: Submitted,
): Promise<void> {
  const record = await writeUntilKept(run, intent, answer);
  const { taskId } = answer;
  if (record.taskId !== taskId) {
    const command = run.job.provider.captureCommand?.(taskId);
    const advice = command === undefined ? '' : ` "${command}" captures it.`;
    const message = `Another process has submitted ${run.job.key} again; task ${taskId} of this one is in its history.${advice}`;
    throw new ReelError('busy', message, { stage: 'submitting', billable: 'maybe', taskId });
  }
  if (stateOf(record).kind === 'canceled') await cancelLate(run, answer);
}

async function writeUntilKept<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  intent: Intent,
  answer: Submitted,
): Promise<R> {
  const { clock } = run.environment;
  const submittedAt = new Date(clock.now()).toISOString();
  for (let failures = 1; ; failures += 1) {
    try {
      return await run.leased.report((current) => withTask(current, intent, answer, submittedAt));
    } catch (error) {
      if (failures >= MOST_WRITES) throw notOnRecord(run.job, answer.taskId, error);
      const waitMs = backoffDelayMs(failures, { baseMs: 250, maxMs: 8000 }, clock);
      const reason = `the task id could not be saved: ${messageOf(error)}`;
      // A caller that wants to stop waits for this: without the id the paid task is lost.
      await reportAndWait(run, { attempt: failures, waitMs, reason });
    }
  }
}

function withTask(current: JobRecord, intent: Intent, answer: Submitted, submittedAt: string): Partial<JobRecord> {
  const { taskId, handle, requestId, expiresAt } = answer;
  if (isSameSubmission(current.intent, intent) && (current.taskId ?? taskId) === taskId) {
    const facts = { taskId, handle, requestId, submittedAt, expiresAt: expiresAt?.toISOString() };
    return stateOf(current).kind === 'canceled' ? facts : { ...facts, error: undefined, errorCode: undefined };
  }
  return { history: withLateTask(current, intent, answer) };
}

function withLateTask(
  { history = [], model }: JobRecord,
  { at, estimate }: Intent,
  answer: Submitted,
): PastSubmission[] {
  const { taskId, handle, requestId } = answer;
  const note = 'its answer came when the record was already about another submission';
  const late: PastSubmission = { at, outcome: 'unknown', taskId, handle, requestId, model, estimate, note };
  // A process that found it unanswered may have put it there, without its task.
  const isOpen = (past: PastSubmission) => past.at === at && past.outcome === 'unknown' && past.taskId === undefined;
  return [...history.filter((past) => !isOpen(past)), late];
}

function notOnRecord(
  { key, provider }: { key: string; provider: Pick<JobProvider<never>, 'captureCommand'> },
  taskId: string,
  cause: unknown,
): ReelError {
  const command = provider.captureCommand?.(taskId);
  const message = `${key} was bought as task ${taskId}, but its id could not be saved (${messageOf(cause)}).`;
  const advice = `Repair the store and run it again: it finds the task and continues with it.${command === undefined ? '' : ` Or use "${command}".`}`;
  return new ReelError('disk', `${message} ${advice}`, { stage: 'recording', billable: 'maybe', taskId, cause });
}

/** Stopped in time: the record again describes the file that the video was to replace. */
function answered(current: JobRecord, cancelConfirmed: boolean): Partial<JobRecord> {
  if (!cancelConfirmed || !current.previous || stateOf(current).kind !== 'canceled') return { cancelConfirmed };
  return endWithoutResult({ ...current, cancelConfirmed }, 'canceled', 'Cancelled.');
}

/** It is unknown whether the task is running: the record keeps no answer of the provider, so it can be asked again. */
function notAsked(key: string, taskId: string, cause: unknown): ReelError {
  const why = `the provider could not be asked to stop it: ${redactText(messageOf(cause))}`;
  const message = `${key} was cancelled as task ${taskId}, but ${why} The task continues and may be billed; cancel it again.`;
  return new ReelError('aborted', message, { taskId, billable: 'maybe', cause });
}

/** A signal that never aborts: the user who cancelled wants this to be done. */
async function stopTask<Request>(provider: Pick<JobProvider<Request>, 'cancel'>, task: TaskRef): Promise<boolean> {
  return (await provider.cancel?.(task, new AbortController().signal)) ?? false;
}

/** Cancelled before the answer arrived: the user who cancelled did not have the id. */
async function cancelLate<R extends JobRecord, Request>(
  { job, leased }: JobRun<R, Request>,
  { taskId, handle }: Submitted,
): Promise<never> {
  const cancelConfirmed = await stopTask(job.provider, { taskId, handle }).catch((error: unknown) => {
    throw notAsked(job.key, taskId, error);
  });
  await leased.report((current) => (current.taskId === taskId ? answered(current, cancelConfirmed) : {}));
  const billing = cancelConfirmed ? 'The provider stopped it.' : 'It had already started; it continues and is billed.';
  throw new ReelError('aborted', `${job.key} was cancelled as task ${taskId}. ${billing}`, {
    taskId,
    billable: cancelConfirmed ? 'no' : 'maybe',
  });
}
