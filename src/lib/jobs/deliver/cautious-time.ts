import type { Clock } from '#lib/base/clock.ts';
import type { JobProvider } from '#lib/jobs/provider.ts';

/**
 * The earlier of our time and the provider's, in ms since the epoch. A clock that is fast would end what can still be had,
 * and the next call would buy it again: that a deadline has passed counts only when both clocks say so.
 */
export function cautiousNowMs<Request>(
  clock: Pick<Clock, 'now'>,
  provider: Pick<JobProvider<Request>, 'clockAheadMs'>,
): number {
  return clock.now() - Math.max(0, provider.clockAheadMs?.() ?? 0);
}
