import { formatWait } from '#lib/base/amounts.ts';
import type { Clock } from '#lib/base/clock.ts';
import { isReelError, ReelError, withContext } from '#lib/base/errors.ts';
import { poll } from '#lib/jobs/run/poll.ts';
import { providerError } from '#lib/wanx/answers/errors.ts';
import type { WanxTask } from './task.ts';

export type QueryResult =
  | { kind: 'task'; task: WanxTask }
  | { kind: 'failure'; error: ReelError; transient: boolean; retryAfterMs?: number | undefined };

export interface TaskPollOptions {
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

/**
 * Asks until the task has succeeded, in the engine's intervals.
 * @throws ReelError `timeout` (retryable: the task goes on), `aborted`, `expired`, or the mapped failure of the task
 */
export async function pollTask({ query, ...options }: TaskPollOptions): Promise<WanxTask> {
  const { taskId } = options;
  try {
    const task = await poll<WanxTask>({
      ...options,
      look: async (leftMs) => {
        const result = await query(leftMs);
        return result.kind === 'task' ? { kind: 'state', state: result.task } : result;
      },
      isOver: ({ status }) => status !== 'PENDING' && status !== 'RUNNING',
      outOfPatience: (last, cause) => outOfPatience(options, last, cause),
    });
    const failure = failureOf(task);
    if (failure) throw failure;
    return task;
  } catch (error) {
    // What has no task id yet is a wait that was cut short: the task itself goes on, and may be billed.
    if (!isReelError(error) || error.taskId !== undefined) throw error;
    throw withContext(error, { taskId, stage: 'generating', billable: 'maybe' });
  }
}

/** Why a task has no video: it failed, was cancelled, is not known, or shows no link. Undefined while it may have one. */
export function failureOf(task: WanxTask): ReelError | undefined {
  const context = { stage: 'generating', taskId: task.taskId, requestId: task.requestId } as const;
  switch (task.status) {
    case 'SUCCEEDED':
      if (task.videoUrl !== undefined) return undefined;
      // Paid for, and perhaps still to be had: the link may follow, or stand where a newer version of this looks for it.
      return new ReelError(
        'provider-failed',
        `Task ${task.taskId} succeeded, but its answer has no video URL yet. Check again later. If there is still no URL, contact Alibaba Cloud.`,
        { ...context, billable: 'yes', retryable: true, expiresAt: task.expiresAt },
      );
    case 'FAILED':
      return providerError({ action: 'task', code: task.code, message: task.message, ...context });
    case 'CANCELED':
      return new ReelError(
        'aborted',
        `Task ${task.taskId} was cancelled at DashScope. Submit it again if you still want it.`,
        context,
      );
    case 'UNKNOWN':
      return new ReelError(
        'expired',
        `DashScope does not know task ${task.taskId}. Tasks are kept for 24 hours, and only in the region and account ` +
          'that created them. Check DASHSCOPE_HTTP_BASE_URL and the key. If they are right, generate it again.',
        { ...context, billable: 'maybe' },
      );
    default:
      return undefined;
  }
}

function outOfPatience(
  { taskId, timeoutMs }: Pick<TaskPollOptions, 'taskId' | 'timeoutMs'>,
  last: WanxTask | undefined,
  cause: ReelError | undefined,
): ReelError {
  const state = last === undefined ? 'could not be read' : `is still ${last.unrecognisedStatus ?? last.status}`;
  return new ReelError(
    'timeout',
    `Task ${taskId} ${state} after ${formatWait(timeoutMs)} of waiting. The task continues: wait for it again to get its video.`,
    {
      stage: last?.status === 'PENDING' ? 'queued' : 'generating',
      billable: 'maybe',
      taskId,
      requestId: last?.requestId,
      expiresAt: last?.expiresAt,
      cause,
    },
  );
}
