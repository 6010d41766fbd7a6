import { formatWait } from '#lib/base/amounts.ts';
import { backoffDelayMs } from '#lib/base/backoff.ts';
import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, throwIfAborted } from '#lib/base/clock.ts';
import { isReelError, ReelError, withContext } from '#lib/base/errors.ts';
import { providerError } from '#lib/wanx/answers/errors.ts';
import type { WanxTask } from './task.ts';

export type QueryResult =
  | { kind: 'task'; task: WanxTask }
  | { kind: 'failure'; error: ReelError; transient: boolean; retryAfterMs?: number | undefined };

export interface PollOptions {
  taskId: string;
  /** Asks once. `leftMs`: the patience left. */
  query: (leftMs: number) => Promise<QueryResult>;
  clock: Clock;
  /** Ends the waiting, not the task. */
  timeoutMs: number;
  /** Fixed; undefined: adaptive. */
  pollIntervalMs: number | undefined;
  signal?: AbortSignal | undefined;
  onUpdate?: ((task: WanxTask) => void) | undefined;
}

/** The pace that Alibaba advises; a video takes from one to twelve minutes. */
const SETTLED_MS = 15_000;
const FIRST_MS = 1000;
const LONGEST_BACKOFF_MS = 30_000;
/** A server that asks for more would let the result expire unseen. */
const LONGEST_RETRY_AFTER_MS = 3_600_000;

/** 1, 2, 4, 8, then 15 s, each up to a tenth shorter or longer, so that many tasks do not ask in step. */
export function pollDelayMs(polls: number, clock: Pick<Clock, 'random'>): number {
  const base = Math.min(SETTLED_MS, FIRST_MS * 2 ** Math.min(30, polls - 1));
  return base * (0.9 + clock.random() * 0.2);
}

/**
 * Asks until the task has succeeded. Answers that say nothing about the task (429, 5xx, a broken connection, an unknown
 * word) are waited through for as long as the patience lasts.
 * @throws ReelError `timeout` (retryable: the task goes on), `aborted`, `expired`, or the mapped failure of the task
 */
export async function pollTask(options: PollOptions): Promise<WanxTask> {
  const { taskId, clock } = options;
  try {
    return await poll(options, clock.now() + options.timeoutMs);
  } catch (error) {
    // What has no task id yet is a wait that was cut short: the task itself goes on, and may be billed.
    if (!isReelError(error) || error.taskId !== undefined) throw error;
    throw withContext(error, { taskId, stage: 'generating', billable: 'maybe' });
  }
}

async function poll(options: PollOptions, deadlineMs: number): Promise<WanxTask> {
  const { clock, signal } = options;
  let polls = 0;
  let failures = 0;
  let last: WanxTask | undefined;
  for (;;) {
    throwIfAborted(signal);
    const result = await options.query(deadlineMs - clock.now());
    polls += 1;
    failures = result.kind === 'failure' ? failures + 1 : 0;
    if (result.kind === 'task') {
      last = result.task;
      callSafely(options.onUpdate, last);
      if (isFinal(last)) return succeededOrThrow(last);
    } else if (!result.transient) {
      throw result.error;
    }
    const delayMs = delayAfter(result, polls, failures, options);
    const leftMs = deadlineMs - clock.now();
    if (leftMs > 0) await clock.wait(Math.min(delayMs, leftMs), signal);
    // One last question at the deadline, unless the server asked to be left alone for longer.
    const leaveAlone = result.kind === 'failure' && (result.retryAfterMs ?? 0) > leftMs;
    if (leftMs <= 0 || leaveAlone) throw outOfPatience(options, last, result);
  }
}

function delayAfter(result: QueryResult, polls: number, failures: number, options: PollOptions): number {
  const { clock, pollIntervalMs } = options;
  if (result.kind === 'task') return pollIntervalMs ?? pollDelayMs(polls, clock);
  const backoff = { baseMs: Math.min(FIRST_MS, pollIntervalMs ?? FIRST_MS), maxMs: LONGEST_BACKOFF_MS };
  const askedMs = Math.min(result.retryAfterMs ?? 0, LONGEST_RETRY_AFTER_MS);
  return Math.max(askedMs, backoffDelayMs(failures, backoff, clock));
}

function isFinal(task: WanxTask): boolean {
  return task.status !== 'PENDING' && task.status !== 'RUNNING';
}

function succeededOrThrow(task: WanxTask): WanxTask {
  if (task.status === 'SUCCEEDED' && task.videoUrl !== undefined) return task;
  const context = { stage: 'generating', taskId: task.taskId, requestId: task.requestId } as const;
  switch (task.status) {
    case 'SUCCEEDED':
      // Paid for, and perhaps still to be had: the link may follow, or stand where a newer version of this looks for it.
      throw new ReelError(
        'provider-failed',
        `Task ${task.taskId} succeeded, but its answer has no video URL yet. Look again later; if that stays so, ask Alibaba Cloud.`,
        { ...context, billable: 'yes', retryable: true, expiresAt: task.expiresAt },
      );
    case 'FAILED':
      throw providerError({ action: 'task', code: task.code, message: task.message, ...context });
    case 'CANCELED':
      throw new ReelError(
        'aborted',
        `Task ${task.taskId} was cancelled at DashScope. Submit it again if it is wanted.`,
        context,
      );
    default:
      throw new ReelError(
        'expired',
        `DashScope does not know task ${task.taskId}. Tasks are kept for 24 hours, and only in the region and account ` +
          'that made them: check DASHSCOPE_HTTP_BASE_URL and the key, else generate it again.',
        { ...context, billable: 'maybe' },
      );
  }
}

function outOfPatience(options: PollOptions, last: WanxTask | undefined, result: QueryResult): ReelError {
  const { taskId, timeoutMs } = options;
  const state = last === undefined ? 'could not be read' : `is still ${last.unrecognisedStatus ?? last.status}`;
  return new ReelError(
    'timeout',
    `Task ${taskId} ${state} after ${formatWait(timeoutMs)} of waiting. It goes on: wait for it again to get its video.`,
    {
      stage: last?.status === 'PENDING' ? 'queued' : 'generating',
      billable: 'maybe',
      taskId,
      requestId: last?.requestId,
      expiresAt: last?.expiresAt,
      cause: result.kind === 'failure' ? result.error : undefined,
    },
  );
}
