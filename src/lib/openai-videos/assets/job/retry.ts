import type { Clock } from '#lib/base/clock.ts';

/** Quick retries: after 1, 2 and 4 s. */
export const MAX_RETRY_ATTEMPTS = 3;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 60_000;
/** A wait that ends just before the deadline leaves time for a last try. */
const LAST_TRY_SHARE = 0.9;
const SHORTEST_BOUNDED_WAIT_MS = 1000;

export interface Delay {
  /** Failed tries so far, this one included. */
  retryCount: number;
  /** What the service asked for. */
  retryAfterMs?: number | undefined;
  /** Until the deadline; negative once it has passed. */
  leftMs: number;
}

/**
 * How long to wait for the next try: 1, 2 and 4 s, then longer, up to a minute with jitter, as long as there is time.
 * Never past the deadline: the last try comes before it.
 */
export function retryDelayMs(
  { retryCount, retryAfterMs = 0, leftMs }: Delay,
  { random }: Pick<Clock, 'random'>,
): number {
  const doubledMs = FIRST_DELAY_MS * 2 ** Math.min(16, Math.max(0, retryCount - 1));
  const cappedMs = Math.min(LONGEST_DELAY_MS, doubledMs);
  // Exact at first; later tries of a whole batch must not come all at once.
  const ownMs = retryCount <= MAX_RETRY_ATTEMPTS ? doubledMs : cappedMs / 2 + random() * (cappedMs / 2);
  const wantedMs = Math.max(ownMs, retryAfterMs);
  return leftMs > 0 ? Math.min(wantedMs, Math.max(leftMs * LAST_TRY_SHARE, SHORTEST_BOUNDED_WAIT_MS)) : wantedMs;
}
