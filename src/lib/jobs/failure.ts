import { formatDuration } from '#lib/base/amounts.ts';
import type { Clock } from '#lib/base/clock.ts';
import { type ErrorCode, isReelError, messageOf, ReelError, withContext } from '#lib/base/errors.ts';
import { type JobRun, tell } from './job.ts';
import { isFinalCode, type JobRecord, type Receipt } from './job-record.ts';
import { retriesAfterFailure } from './retry.ts';

/** Codes that say only that this process stopped trying: the task goes on, so its record does too. */
const PATIENCE: ReadonlySet<ErrorCode> = new Set(['aborted', 'timeout', 'busy']);

/** Writes into the record what ended this try, tells the listeners, and returns the error to throw. */
export async function recordFailure<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  thrown: unknown,
): Promise<ReelError> {
  const { record } = run.leased;
  const error = withWayBack(asReelError(thrown), record, run.environment.clock.now());
  if (error.code !== 'busy') {
    // The original failure matters more than one in writing it down.
    await run.leased.patch((current) => failurePatch(current, error, run.environment.clock)).catch(() => {});
  }
  tell(run, {
    stage: 'failed',
    code: error.code,
    error: error.message,
    ...(record.taskId !== undefined && { taskId: record.taskId }),
  });
  return error;
}

/**
 * Whatever failed, a task that was submitted goes on and is billed, unless it was the task itself that failed: the error
 * carries its id, and says how long there is to fetch its result.
 */
function withWayBack(error: ReelError, { taskId, expiresAt }: JobRecord, nowMs: number): ReelError {
  if (taskId === undefined) return error;
  const taskFailed = error.code === 'rejected' || error.code === 'provider-failed';
  const context = { taskId, ...(!taskFailed && { billable: 'maybe' as const }) };
  const leftMs = expiresAt === undefined ? 0 : Date.parse(expiresAt) - nowMs;
  if (expiresAt === undefined || leftMs <= 0 || isFinalCode(error.code)) return withContext(error, context);
  const advice = `The task goes on; its result can be fetched for another ${formatDuration(leftMs)}, until ${expiresAt}.`;
  return withContext(error, { ...context, expiresAt: new Date(expiresAt), advice });
}

function failurePatch(current: JobRecord, error: ReelError, clock: Pick<Clock, 'now' | 'random'>): Partial<JobRecord> {
  const submitted = current.taskId !== undefined || current.intent !== undefined;
  if (PATIENCE.has(error.code) && submitted) return {};
  const failed = { status: 'failed', error: error.message, errorCode: error.code } as const;
  if (!submitted) return failed;
  if (isFinalCode(error.code)) return { ...failed, receipt: emptyReceipt(current, error, clock.now()) };
  return { ...failed, retries: retriesAfterFailure(current, clock) };
}

/** Nothing was delivered: the receipt keeps what was asked and what it may have cost, for a claim. */
function emptyReceipt({ intent, taskId }: JobRecord, error: ReelError, nowMs: number): Receipt | undefined {
  if (!intent) return undefined;
  return {
    at: new Date(nowMs).toISOString(),
    ...(taskId !== undefined && { taskId }),
    asked: { request: intent.request },
    estimate: intent.estimate,
    // A failed task is not billed; one that expired unseen probably was.
    charged: { usd: error.code === 'expired' || error.code === 'not-found' ? null : 0 },
    differences: [`nothing was delivered: ${error.message}`],
  };
}

function asReelError(thrown: unknown): ReelError {
  if (isReelError(thrown)) return thrown;
  return new ReelError('network', `Unexpected failure: ${messageOf(thrown)}. Run it again to continue.`, {
    cause: thrown,
    billable: 'maybe',
  });
}
