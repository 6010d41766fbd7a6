import { createHash } from 'node:crypto';
import type { ScrapedVideo } from '#lib/scrape/record/types.ts';
import type { CleanUpRequest } from './storage-view.ts';

/** Stands for a rule and exactly the films that it names: what a person has read is what they agree to. */
export function planOf(rule: CleanUpRequest, films: readonly ScrapedVideo[]): string {
  const { olderThanDays, keepPerChannel, maxBytes, channelId, removeVersions } = rule;
  const named = films.map((film) => [film.channelId, film.videoId, film.download_completed_at, film.download_sha256]);
  const text = JSON.stringify([olderThanDays, keepPerChannel, maxBytes, channelId, removeVersions, named]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
