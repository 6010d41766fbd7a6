export interface BackoffOptions {
  /** Delay before the first repeat. */
  baseMs: number;
  /** No delay grows past this. */
  maxMs: number;
}

/**
 * Exponential back-off with equal jitter: between half and all of `baseMs * 2^failures`, at most `maxMs`.
 * Half is kept so that a streak of small random numbers cannot turn the back-off into a hot loop.
 * @param failures how many attempts in a row have failed, from 1
 */
export function backoffDelayMs(failures: number, options: BackoffOptions, clock: { random(): number }): number {
  const ceiling = Math.min(options.maxMs, options.baseMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return ceiling / 2 + clock.random() * (ceiling / 2);
}

/**
 * What a `Retry-After` header asks for, in ms; undefined when there is none or it makes no sense.
 * Both forms of RFC 9110 §10.2.3: seconds, or an HTTP date. A date in the past asks for 0.
 */
export function retryAfterMs(header: string | string[] | undefined | null, nowMs: number): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  if (!text) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Za-z]{3}/.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
