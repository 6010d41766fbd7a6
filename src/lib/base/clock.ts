import { ReelError } from './errors.ts';

/** Time and randomness, as options: tests pass their own and never wait in real time. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Resolves after `ms`, or after 24.8 days if that is sooner; rejects with an `aborted` ReelError as soon as the
   * signal aborts.
   */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1), for jitter. */
  random(): number;
}

// setTimeout turns a longer delay into 1 ms.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A time as timers take it: whole milliseconds, and at most 24.8 days. */
export function timerMs(ms: number): number {
  return Math.min(Math.ceil(ms), LONGEST_TIMER_MS);
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => Math.random(),
  wait: (ms, signal) => waitFor(ms, signal),
};

/** For work in the background: its waits alone keep no process alive. */
export const backgroundClock: Clock = { ...systemClock, wait: (ms, signal) => waitFor(ms, signal, true) };

function waitFor(ms: number, signal: AbortSignal | undefined, isBackground = false): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(abortError(signal));
    const onAbort = () => {
      clearTimeout(timer);
      reject(abortError(signal));
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      },
      timerMs(Math.max(0, ms)),
    );
    if (isBackground) timer.unref();
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** Runs a task again and again. The timer alone keeps no process alive. Returns what ends it. */
export function everyInterval(intervalMs: number, task: () => void): () => void {
  const timer = setInterval(task, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Keeps the process alive until the work ends, though it may be waiting for `backgroundClock` only. */
export async function holdingProcess<T>(work: Promise<T>): Promise<T> {
  const hold = setInterval(() => {}, LONGEST_TIMER_MS);
  try {
    return await work;
  } finally {
    clearInterval(hold);
  }
}

/** The error for a cancelled wait; the signal's reason travels as the cause. */
export function abortError(signal?: AbortSignal): ReelError {
  return new ReelError('aborted', 'The work was cancelled by its caller. Run it again to continue where it stopped.', {
    cause: signal?.reason,
  });
}

export function throwIfAborted(signal?: AbortSignal): void {
  if (signal?.aborted) throw abortError(signal);
}
