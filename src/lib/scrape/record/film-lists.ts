import { timeOf } from '#lib/base/iso-time.ts';
import { compareKeys } from '#lib/stores/records/key-order.ts';
import type { ListPlace, RecordLists } from '#lib/stores/records/record-store.ts';
import { scrapedKey } from './names.ts';
import type { ScrapedRecord } from './record.ts';
import type { DownloadStatus } from './types.ts';
import { pictureBytesOf } from './views.ts';

/** Which films a list has. Ids contain no `:`. */
export interface FilmList {
  channelId?: string | undefined;
  status?: DownloadStatus | undefined;
}

/** Of all films, or those of a channel, a status, or both: the newest first. */
export function listOf({ channelId, status }: FilmList): string {
  return `films:${channelId ?? ''}:${status ?? ''}`;
}

/** Of films of this status: those asked for first come first. */
export function wantedList(status: 'pending' | 'downloading'): string {
  return `wanted:${status}`;
}

/** In a list of `listOf`. */
export function placeOf(record: ScrapedRecord): ListPlace {
  return { at: -timeOf(record.download_completed_at ?? record.createdAt), key: scrapedKey(record) };
}

/** In a list of `wantedList`. */
export function wantedPlaceOf(record: ScrapedRecord): ListPlace {
  return { at: timeOf(record.createdAt), key: scrapedKey(record) };
}

export function isAfter(place: ListPlace, { at, key }: ListPlace): boolean {
  return place.at === at ? compareKeys(place.key, key) > 0 : place.at > at;
}

export const filmLists: RecordLists<ScrapedRecord> = {
  version: 1,
  placesOf: (record) => {
    const { channelId, download_status: status } = record;
    const { at } = placeOf(record);
    const lists = [{}, { channelId }, { status }, { channelId, status }].map((list) => [listOf(list), at] as const);
    const isWanted = status === 'pending' || status === 'downloading';
    return { ...Object.fromEntries(lists), ...(isWanted && { [wantedList(status)]: wantedPlaceOf(record).at }) };
  },
};

/** The sums of `filmTotalsOf` by which films are counted, and those of what is stored. */
export const COUNTED = 'films:';
export const STORED = 'stored:';

/** How many films there are by channel and status; and what is stored, by channel and by day. */
export function filmTotalsOf(record: ScrapedRecord): Record<string, number> {
  const { channelId, download_status: status, stored } = record;
  const counted = { [`${COUNTED}${channelId}:${status}`]: 1 };
  if (!stored) return counted;
  const [bytes, pictureBytes] = [stored.sizeBytes, pictureBytesOf(record)];
  const day = stored.storedAt.slice(0, 'YYYY-MM-DD'.length);
  return {
    ...counted,
    [`${STORED}in:${channelId}:videos`]: 1,
    [`${STORED}in:${channelId}:bytes`]: bytes,
    [`${STORED}in:${channelId}:pictureBytes`]: pictureBytes,
    [`${STORED}on:${day}:videos`]: 1,
    [`${STORED}on:${day}:bytes`]: bytes + pictureBytes,
  };
}
