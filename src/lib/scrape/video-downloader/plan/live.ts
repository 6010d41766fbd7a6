import { ReelError } from '#lib/base/errors.ts';
import type { PageInfo } from './page-info.ts';

/** Where the start is not known: not so often that the site minds. */
const LOOK_AGAIN_MS = 3_600_000;
const LIVE_AGAIN_MS = 1_800_000;

/**
 * Refuses what has no end yet. A stream under way would hold its place for hours, and one to come has nothing to fetch.
 * @throws ReelError `rejected`, retryable, with `retryAfterMs`
 */
export function assertNotLive({ live_status, release_timestamp }: PageInfo, nowMs: number): void {
  if (live_status === 'is_live') throw liveError();
  if (live_status !== 'is_upcoming') return;
  throw upcomingError(release_timestamp === undefined ? undefined : release_timestamp * 1000 - nowMs, nowMs);
}

/**
 * Refuses a page without formats that tells when it begins; some sites say no more than that.
 * @throws ReelError as `assertNotLive`
 */
export function assertBegun(page: PageInfo, nowMs: number): void {
  assertNotLive(page, nowMs);
  const startsInMs = (page.release_timestamp ?? 0) * 1000 - nowMs;
  if (startsInMs > 0) throw upcomingError(startsInMs, nowMs);
}

export function liveError(): ReelError {
  const message = 'This is a live stream that has not ended. Download it once it has.';
  return new ReelError('rejected', message, { stage: 'downloading', retryable: true, retryAfterMs: LIVE_AGAIN_MS });
}

/** @param startsInMs undefined where the site does not tell */
export function upcomingError(startsInMs: number | undefined, nowMs: number): ReelError {
  const when = startsInMs === undefined ? '' : ` It is announced for ${isoText(nowMs + startsInMs)}.`;
  const message = `This video has not begun.${when} Download it once it is there.`;
  const retryAfterMs = Math.max(startsInMs ?? LOOK_AGAIN_MS, 60_000);
  return new ReelError('rejected', message, { stage: 'downloading', retryable: true, retryAfterMs });
}

function isoText(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : 'an unknown time';
}
