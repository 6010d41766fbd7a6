import type { Clock } from '#lib/base/clock.ts';
import type { DownloadRecord, MissingAsset } from './record.ts';
import { retryDelayMs } from './retry.ts';
import type { AssetType } from './types.ts';

/** Tries for a picture: the film is safe, and most pictures can be made from it. */
const MOST_TRIES = 5;

/** What a try has brought in place of a picture. */
export interface PictureSetback {
  message: string;
  retryAfterMs?: number | undefined;
  rejected?: { isFilm: boolean } | undefined;
}

interface Now extends Pick<Clock, 'random'> {
  nowMs: number;
}

/** The note for a picture that did not come, and when it is tried again, if it is. */
export function missingAfter(
  record: DownloadRecord,
  type: AssetType,
  setback: PictureSetback | undefined,
  now: Now,
): MissingAsset {
  const tries = (record.missing?.find((one) => one.type === type)?.tries ?? 0) + 1;
  if (setback?.rejected?.isFilm) return { type, tries, reason: notOffered(type) };
  const reason = `${type}: ${setback?.message ?? 'it did not arrive in time'}`;
  const leftMs = Date.parse(record.expiresAt) - now.nowMs;
  if (tries >= MOST_TRIES || leftMs <= 0) return { type, tries, reason };
  const waitMs = retryDelayMs({ retryCount: tries, retryAfterMs: setback?.retryAfterMs, leftMs }, now);
  return { type, tries, reason, nextTryAt: new Date(now.nowMs + waitMs).toISOString() };
}

export function notOffered(type: AssetType): string {
  return `${type}: the service does not offer any`;
}
