/**
 * Calls a listener of the caller's so that nothing it throws, now or later in a promise, can break paid work: an async
 * listener that rejects unheard would end the whole process.
 */
export function callSafely<E>(listener: ((event: E) => unknown) | undefined, event: E): void {
  try {
    const result = listener?.(event);
    // Any thenable: a promise may come from another realm or library.
    if (typeof result === 'object' && result !== null) Promise.resolve(result).catch(() => {});
  } catch {
    // The listener's own problem.
  }
}
