import { formatDuration } from '#lib/base/amounts.ts';
import type { Clock } from '#lib/base/clock.ts';
import { type ErrorCode, isReelError, messageOf, ReelError, withContext } from '#lib/base/errors.ts';
import { redactLinksOf } from '#lib/base/redact.ts';
import { cautiousNowMs } from '#lib/jobs/deliver/cautious-time.ts';
import { type JobRun, report } from '#lib/jobs/job.ts';
import type { TaskState } from '#lib/jobs/provider.ts';
import { endWithoutResult } from '#lib/jobs/record/history.ts';
import { type JobRecord, type Receipt, submissionName } from '#lib/jobs/record/job-record.ts';
import { isFinalCode, isUnfinished, stateOf } from '#lib/jobs/record/state.ts';
import { MOST_RETRIES, retriesAfterFailure } from './retry.ts';

/** Codes that say only that this process stopped trying: the task goes on, so its record does too. */
const PATIENCE: ReadonlySet<ErrorCode> = new Set(['aborted', 'timeout', 'busy']);

/** Records the error that ended this try, notifies the listeners, and returns the error to throw. */
export async function recordFailure<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  thrown: unknown,
): Promise<ReelError> {
  const { leased, environment, job, signal } = run;
  const nowMs = cautiousNowMs(environment.clock, job.provider);
  const cause = withoutPromise(asReelError(thrown), leased.record);
  const isCanceled = stateOf(leased.record).kind === 'canceled';
  if (!isCanceled && isAboutAnEarlierOne(leased.record)) {
    report(run, { stage: 'failed', code: cause.code, error: cause.message });
    return cause;
  }
  const canceledElsewhere = run.seen.phase === 'canceled' && cause.code === 'aborted' && !signal.aborted && !isCanceled;
  const ends =
    isCanceled ||
    canceledElsewhere ||
    isEnd(cause, leased.record, { phase: run.seen.phase, historyMs: job.provider.historyMs, nowMs });
  const error = ends ? withTask(cause, leased.record) : withWayBack(cause, leased.record, nowMs);
  const isHopeless = error.code === 'unknown-outcome' && !error.retryable && job.provider.lostAnswer.kind !== 'list';
  if (error.code !== 'busy') {
    // The original failure matters more than one in writing it down.
    await leased
      .patch((current) =>
        failurePatch(current, { error, ends, canceledElsewhere, isHopeless }, environment.clock, nowMs),
      )
      .catch(() => {});
  }
  const { taskId, intent } = leased.record;
  if (ends && intent && isFree(error)) environment.runSpending.takeBack(submissionName(intent));
  report(run, { stage: 'failed', code: error.code, error: error.message, ...(taskId !== undefined && { taskId }) });
  return error;
}

/** A caller that left before anything was submitted must not be told that a task continues. */
function withoutPromise(error: ReelError, record: JobRecord): ReelError {
  const isOut = record.taskId !== undefined || record.intent !== undefined;
  if (error.code !== 'timeout' || (isOut && !isAboutAnEarlierOne(record))) return error;
  const message = 'The timeout expired before anything was submitted. Nothing was bought; generate it again.';
  return new ReelError('timeout', message, { stage: 'submitting', billable: 'no', cause: error });
}

/**
 * Nothing was submitted, or it was withdrawn: the record is about a task that was over before this run. It says nothing
 * about this failure, and its id would send the reader after the wrong task.
 */
function isAboutAnEarlierOne(record: JobRecord): boolean {
  const { kind } = stateOf(record);
  return kind === 'ready' || (record.intent !== undefined && !isUnfinished(record));
}

/**
 * Whether the task can never be captured. Only its own failure proves that at once. That a link or a task cannot be
 * found may be a passing fault, or the wrong key: as long as the provider keeps results, it is asked again.
 */
function isEnd(
  error: ReelError,
  record: JobRecord,
  { phase, historyMs, nowMs }: { phase: TaskState['phase'] | undefined; historyMs: number | undefined; nowMs: number },
): boolean {
  if (record.taskId === undefined) return isFinalCode(error.code);
  if (phase === 'failed') return true;
  if (error.code !== 'expired' && error.code !== 'not-found' && error.code !== 'provider-failed') return false;
  // How long it is kept is unknown: a count has to end it.
  if (record.expiresAt === undefined && historyMs === undefined)
    return (record.retries?.count ?? 0) + 1 >= MOST_RETRIES;
  const keptUntilMs = Date.parse(record.expiresAt ?? '') || Date.parse(madeAt(record)) + (historyMs ?? 0);
  // Not `>=`: without any time on record nothing says that it may still be there.
  return !(nowMs < keptUntilMs);
}

function madeAt({ submittedAt, intent }: JobRecord): string {
  return submittedAt ?? intent?.at ?? '';
}

function withTask(error: ReelError, { taskId }: JobRecord): ReelError {
  return taskId === undefined ? error : withContext(error, { taskId });
}

/** The submitted task continues and is billed: the error says so, with how to recover the result and until when. */
function withWayBack(error: ReelError, { taskId, expiresAt, intent }: JobRecord, nowMs: number): ReelError {
  if (taskId === undefined) {
    const isInDoubt = intent !== undefined && error.code !== 'unknown-outcome';
    const advice = 'It is not yet known whether the submission was accepted: the next run looks for its task.';
    return isInDoubt ? withContext(error, { billable: 'maybe', advice }) : error;
  }
  const context = { taskId, billable: 'maybe' as const };
  const leftMs = expiresAt === undefined ? 0 : Date.parse(expiresAt) - nowMs;
  if (expiresAt === undefined || leftMs <= 0) return withContext(error, context);
  const advice = `The task continues; its result can be fetched for another ${formatDuration(leftMs)}, until ${expiresAt}.`;
  return withContext(error, { ...context, expiresAt: new Date(expiresAt), advice });
}

interface Failure {
  error: ReelError;
  ends: boolean;
  /** The task was stopped at the provider. */
  canceledElsewhere: boolean;
  /** Only a person can decide the outcome of the submission: another try shows nothing new. */
  isHopeless: boolean;
}

function failurePatch(
  current: JobRecord,
  { error, ends, canceledElsewhere, isHopeless }: Failure,
  clock: Pick<Clock, 'now' | 'random'>,
  cautiousMs: number,
): Partial<JobRecord> {
  // The run came to its end before it changed anything: a finished file, or an earlier failure, stays what it is.
  if (isAboutAnEarlierOne(current)) return {};
  const nowMs = clock.now();
  const failed = { status: 'failed', error: error.message, errorCode: error.code } as const;
  if (canceledElsewhere) {
    return ended(current, { ...failed, canceledAt: new Date(nowMs).toISOString(), cancelConfirmed: true });
  }
  const submitted = current.taskId !== undefined || current.intent !== undefined;
  if (!submitted) return ended(current, failed);
  if (ends) {
    const errorCode = isFinalCode(error.code) ? error.code : 'provider-failed';
    const receipt = emptyReceipt(current, error, nowMs);
    return ended(current, { ...failed, errorCode, receipt, retries: undefined });
  }
  if (PATIENCE.has(error.code)) return {};
  if (isHopeless) return { ...failed, retries: { count: MOST_RETRIES } };
  return { ...failed, retries: retriesAfterFailure(current, clock, cautiousMs) };
}

/** The record again describes the file that was to be replaced. */
function ended(current: JobRecord, end: Partial<JobRecord>): Partial<JobRecord> {
  return current.previous ? endWithoutResult({ ...current, ...end }, undefined, end.error) : end;
}

/** Nothing was delivered: the receipt keeps what was asked and what it may have cost, for a claim. */
function emptyReceipt({ intent, taskId, receipt }: JobRecord, error: ReelError, nowMs: number): Receipt | undefined {
  if (!intent) return undefined;
  // Of a file that was delivered once and could not be fetched again: what it cost is known.
  const known = receipt?.delivered && receipt.taskId === taskId ? receipt.charged : undefined;
  return {
    at: new Date(nowMs).toISOString(),
    ...(taskId !== undefined && { taskId }),
    asked: redactLinksOf({ request: intent.request }),
    estimate: intent.estimate,
    // A failed task is not billed; one that expired unseen probably was.
    charged: known ?? { usd: isFree(error) ? 0 : null },
    differences: [`nothing was delivered: ${error.message}`],
  };
}

function isFree({ code, billable }: ReelError): boolean {
  return code !== 'expired' && code !== 'not-found' && billable === 'no';
}

function asReelError(thrown: unknown): ReelError {
  if (isReelError(thrown)) return thrown;
  return new ReelError('network', `Unexpected failure: ${messageOf(thrown)}. Run it again to continue.`, {
    cause: thrown,
    billable: 'maybe',
  });
}
