/**
 * Calls a listener so that nothing it throws, now or later in a promise, can break paid work: an unhandled rejection of an
 * async listener would end the process.
 */
export function callSafely<E>(listener: ((event: E) => unknown) | undefined, event: E): void {
  try {
    const result = listener?.(event);
    // Any thenable: a promise may come from another realm or library.
    if (typeof result === 'object' && result !== null) Promise.resolve(result).catch(() => {});
  } catch {
    // Errors of a listener are its own.
  }
}
