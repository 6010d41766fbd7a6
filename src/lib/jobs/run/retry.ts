import { backoffDelayMs } from '#lib/base/backoff.ts';
import type { Clock } from '#lib/base/clock.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';

type Tries = Pick<JobRecord, 'taskId' | 'expiresAt' | 'retries' | 'intent'>;

/** After so many failed tries a record waits for a person, unless a paid result can still be had. */
export const MOST_RETRIES = 12;
const BASE_MS = 30_000;
const LONGEST_MS = 30 * 60_000;

/**
 * What a record keeps of one more failed try. No count ends the tries of a paid task, only its deadline does; towards
 * that they come closer together, so that the last one is not half an hour before it. Without `nextAt` a person has to ask.
 * @param cautiousMs the time by which a deadline is judged, see `cautiousNowMs`
 */
export function retriesAfterFailure(
  record: Tries,
  clock: Pick<Clock, 'now' | 'random'>,
  cautiousMs: number = clock.now(),
): JobRecord['retries'] {
  const nowMs = clock.now();
  const count = (record.retries?.count ?? 0) + 1;
  if (count >= MOST_RETRIES && !hasTimeLeft(record, cautiousMs)) return { count };
  const halfOfTimeLeftMs =
    record.expiresAt === undefined ? LONGEST_MS : (Date.parse(record.expiresAt) - cautiousMs) / 2;
  const maxMs = Math.min(LONGEST_MS, Math.max(BASE_MS, halfOfTimeLeftMs));
  return { count, nextAt: new Date(nowMs + backoffDelayMs(count, { baseMs: BASE_MS, maxMs }, clock)).toISOString() };
}

/** Whether it is time to try an unfinished record again; `over` when only a person can say so. */
export function nextTry(record: Tries, nowMs: number): 'now' | 'later' | 'over' {
  const { retries } = record;
  if (!retries) return 'now';
  if (retries.nextAt !== undefined) {
    const waitMs = Date.parse(retries.nextAt) - nowMs;
    // Planned by a clock that was ahead: no wait is longer than the longest pause.
    return waitMs <= 0 || waitMs > LONGEST_MS ? 'now' : 'later';
  }
  return retries.count < MOST_RETRIES || hasTimeLeft(record, nowMs) ? 'now' : 'over';
}

/** Without a known deadline the provider's own word ends it. */
function hasTimeLeft({ taskId, expiresAt, intent }: Tries, nowMs: number): boolean {
  if (taskId !== undefined) return expiresAt === undefined || Date.parse(expiresAt) > nowMs;
  // Perhaps paid for: as long as the provider would list its task, that may still be found.
  return intent?.listedUntil !== undefined && Date.parse(intent.listedUntil) > nowMs;
}
