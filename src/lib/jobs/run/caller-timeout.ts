import { formatWait } from '#lib/base/amounts.ts';
import type { Clock } from '#lib/base/clock.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import type { JobEvent, JobProgress } from '#lib/jobs/progress.ts';

/** Nothing is sent or received in these stages: a caller that leaves loses nothing. */
const WAITING: ReadonlySet<JobProgress['stage']> = new Set(['queued', 'generating', 'retrying']);

/**
 * Ends one caller's waiting after `timeoutMs`, for any kind of wait: the provider, another process, the list of tasks
 * after a lost answer, a link that gives nothing. A submission or a download that is under way is not cut off; it ends
 * with the next wait.
 */
export class CallerTimeout {
  readonly #leave = new AbortController();
  readonly #over = new AbortController();
  readonly #key: string;
  readonly #timeoutMs: number;
  #stage: JobProgress['stage'] | undefined;
  #taskId: string | undefined;
  #isTimeUp = false;

  constructor(key: string, timeoutMs: number, clock: Clock) {
    this.#key = key;
    this.#timeoutMs = timeoutMs;
    clock.wait(timeoutMs, this.#over.signal).then(
      () => {
        this.#isTimeUp = true;
        this.#leaveIfWaiting();
      },
      // The work came to its end first.
      () => {},
    );
  }

  /** Aborted, with the error as its reason, when the caller leaves. */
  get signal(): AbortSignal {
    return this.#leave.signal;
  }

  /** To be called with every event that the caller gets. */
  note(event: JobEvent): void {
    if (event.kind !== 'progress') return;
    const { progress } = event;
    this.#stage = progress.stage;
    if ('taskId' in progress) this.#taskId = progress.taskId ?? this.#taskId;
    this.#leaveIfWaiting();
  }

  end(): void {
    this.#over.abort();
  }

  #leaveIfWaiting(): void {
    if (!this.#isTimeUp || this.#stage === undefined || !WAITING.has(this.#stage)) return;
    const what = `${this.#key} was not finished after ${formatWait(this.#timeoutMs)} of waiting.`;
    const advice = 'Work already submitted continues: generate it again, or resume it, to get the video.';
    const stage = this.#stage === 'queued' ? 'queued' : 'generating';
    this.#leave.abort(
      new ReelError('timeout', `${what} ${advice}`, { stage, billable: 'maybe', taskId: this.#taskId }),
    );
  }
}

/** What ended the work that a signal has aborted: the error of a caller who has left, if that is the reason. */
export function reasonOf(signal: AbortSignal | undefined): ReelError | undefined {
  return isReelError(signal?.reason) && signal.reason.code === 'timeout' ? signal.reason : undefined;
}

export function isAborted(error: unknown): boolean {
  return isReelError(error) && error.code === 'aborted';
}
