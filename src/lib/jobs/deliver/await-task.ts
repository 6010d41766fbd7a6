import { formatWait } from '#lib/base/amounts.ts';
import { timerMs } from '#lib/base/clock.ts';
import { isReelError, ReelError, withContext } from '#lib/base/errors.ts';
import type { JobEnvironment, Seen } from '#lib/jobs/job.ts';
import type { JobProvider, TaskRef, TaskState } from '#lib/jobs/provider.ts';
import { type Look, poll } from '#lib/jobs/run/poll.ts';

/** For one look: a provider may hang, and the next look need not. */
const LONGEST_LOOK_MS = 120_000;
/** Of one run, where the provider does not say how long it keeps a task. The next run goes on. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

export interface AwaitOptions<Request> {
  provider: JobProvider<Request>;
  environment: Pick<JobEnvironment<never>, 'clock' | 'pollIntervalMs'>;
  seen: Seen;
  signal: AbortSignal;
  /** Ends the waiting, not the task; default as long as the provider keeps it. */
  timeoutMs?: number | undefined;
  onUpdate?: ((state: TaskState) => void) | undefined;
}

/**
 * Polls a task until it has succeeded.
 * @returns its state, with a link to each file that is not optional
 * @throws ReelError `timeout` and `aborted`, which leave the task running; else why there is nothing to fetch
 */
export async function awaitTask<Request>(task: TaskRef, options: AwaitOptions<Request>): Promise<TaskState> {
  const { provider, environment, seen, signal, onUpdate } = options;
  const timeoutMs = options.timeoutMs ?? provider.historyMs ?? LONGEST_WAIT_MS;
  const state = await poll<TaskState>({
    ...{ clock: environment.clock, pollIntervalMs: environment.pollIntervalMs, signal, timeoutMs },
    look: (leftMs) => lookOnce(task, provider, leftMs, signal),
    isOver: ({ phase }) => phase !== 'queued' && phase !== 'generating',
    onUpdate: (update) => {
      seen.phase = update.phase;
      onUpdate?.(update);
    },
    outOfPatience: (last, cause) => outOfPatience(task, timeoutMs, last, cause),
  }).catch((error: unknown) => {
    // It says nothing about the task, which goes on and may be billed.
    const context = { taskId: task.taskId, stage: 'generating', billable: 'maybe' } as const;
    throw isReelError(error) ? withContext(error, context) : error;
  });
  const failure = failureOf(state);
  if (failure) throw withContext(failure, { taskId: task.taskId, stage: 'generating' });
  return state;
}

async function lookOnce<Request>(
  task: TaskRef,
  provider: JobProvider<Request>,
  leftMs: number,
  signal: AbortSignal,
): Promise<Look<TaskState>> {
  // At least a second, so that a last look at the deadline can still be answered.
  const tooLong = AbortSignal.timeout(timerMs(Math.min(LONGEST_LOOK_MS, Math.max(1000, leftMs))));
  try {
    const state = await provider.read(task, AbortSignal.any([signal, tooLong]));
    return { kind: 'state', state, lookAgainAfterMs: state.lookAgainAfterMs };
  } catch (error) {
    if (!isReelError(error)) throw error;
    const isCut = tooLong.aborted && !signal.aborted && error.code === 'aborted';
    return { kind: 'failure', error, transient: isCut || error.retryable, retryAfterMs: error.retryAfterMs };
  }
}

/** Why there is nothing to fetch; undefined for a task that has succeeded with its links. */
function failureOf({ taskId, phase, failure, assets }: TaskState): ReelError | undefined {
  if (phase === 'succeeded')
    return assets.some(({ isOptional }) => !isOptional) ? undefined : (failure ?? noLink(taskId));
  if (phase === 'canceled' && failure?.code !== 'aborted') {
    const message =
      failure?.message ?? `Task ${taskId} was cancelled at the provider. Submit it again if you still want it.`;
    return new ReelError('aborted', message, { stage: 'generating', cause: failure });
  }
  if (failure) return failure;
  if (phase === 'failed') {
    return new ReelError('provider-failed', `Task ${taskId} failed, and the provider gave no reason.`);
  }
  const message = `The provider does not know task ${taskId}. Check the address and the key. If they are right, generate it again.`;
  return new ReelError('expired', message, { billable: 'maybe' });
}

/** Paid for, and perhaps still to be had: the link may follow. */
function noLink(taskId: string): ReelError {
  const message = `Task ${taskId} succeeded without a link to its file. Check again later. If there is still no link, contact the provider.`;
  return new ReelError('provider-failed', message, { billable: 'yes', retryable: true });
}

function outOfPatience(
  { taskId }: TaskRef,
  timeoutMs: number,
  last: TaskState | undefined,
  cause: ReelError | undefined,
): ReelError {
  const state = last === undefined ? 'could not be read' : `is still ${last.phase}`;
  const message = `Task ${taskId} ${state} after ${formatWait(timeoutMs)} of waiting. The task continues: run it again to get its result.`;
  const stage = last?.phase === 'queued' ? 'queued' : 'generating';
  return new ReelError('timeout', message, { stage, billable: 'maybe', taskId, cause });
}
