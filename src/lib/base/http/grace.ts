import type { Clock } from '#lib/base/clock.ts';

/**
 * A signal that aborts a while after the given one. For a purchase: cutting the connection does not stop a task from being
 * made, it only loses its id, so that a cancelled caller waits a little for the answer.
 */
export function graceAfter(
  signal: AbortSignal | undefined,
  graceMs: number,
  clock: Clock,
): { signal: AbortSignal; dispose: () => void } {
  const late = new AbortController();
  const done = new AbortController();
  const onAbort = () => {
    clock.wait(graceMs, done.signal).then(
      () => late.abort(signal?.reason),
      // The answer came within the grace.
      () => {},
    );
  };
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });
  const dispose = () => {
    signal?.removeEventListener('abort', onAbort);
    done.abort();
  };
  return { signal: late.signal, dispose };
}
