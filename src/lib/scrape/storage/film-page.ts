import { type FilmFilter, matches } from '#lib/scrape/record/film-filter.ts';
import {
  COUNTED,
  type FilmList,
  isAfter,
  listOf,
  placeOf,
  wantedList,
  wantedPlaceOf,
} from '#lib/scrape/record/film-lists.ts';
import { scrapedKey } from '#lib/scrape/record/names.ts';
import type { ScrapedRecord } from '#lib/scrape/record/record.ts';
import type { ScrapedVideo } from '#lib/scrape/record/types.ts';
import { viewOf } from '#lib/scrape/record/views.ts';
import type { ListPlace, ListQuery, RecordStore } from '#lib/stores/records/record-store.ts';

const READ_AT_ONCE = 500;

/** A part of a list of films, the newest first. */
export interface FilmPage {
  videos: ScrapedVideo[];
  /** The place of the last one, if there are more. */
  next?: ListPlace;
  /** Films that match. */
  total: number;
  /** Films on record. */
  all: number;
  /** Of all films, in order. */
  channels: string[];
}

/** Films that are wanted or under way, those asked for first first. */
export interface WantedFilms {
  videos: ScrapedVideo[];
  /** Also those beyond the limit. */
  total: number;
}

type Store = RecordStore<ScrapedRecord>;

/**
 * One part of the films that match. A database reads no others, unless a text is looked for: then it reads the list.
 * @throws ReelError of the store
 */
export async function pageOfFilms(store: Store, filter: FilmFilter, { after, limit }: ListQuery): Promise<FilmPage> {
  const counts = await countsIn(store);
  const { found, total } = await findFilms(store, filter, { after, limit: limit + 1 }, countOf(counts, filter));
  const last = found.length > limit ? found[limit - 1] : undefined;
  return {
    videos: found.slice(0, limit).map(viewOf),
    ...(last && { next: placeOf(last) }),
    ...{ total, all: countOf(counts, {}), channels: [...new Set(counts.map(({ channelId }) => channelId))].sort() },
  };
}

/** What is under way comes before what waits, where not all is asked for. @throws ReelError of the store */
export async function wantedFilms(store: Store, limit = Number.POSITIVE_INFINITY): Promise<WantedFilms> {
  const counts = await countsIn(store);
  const found: ScrapedRecord[] = [];
  let total = 0;
  for (const status of ['downloading', 'pending'] as const) {
    const left = limit - found.length;
    found.push(...(await Array.fromAsync(inOrder(store, wantedList(status), wantedPlaceOf, left))));
    total += countOf(counts, { status });
  }
  return { videos: found.sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1)).map(viewOf), total };
}

/** The films of a channel, by their ids. A database reads no others. @throws ReelError of the store */
export async function* filmsOfChannel(store: Store, channelId: string): AsyncGenerator<ScrapedRecord> {
  // In the order of their keys they follow each other.
  for await (const record of store.find({ after: `${channelId}/` })) {
    if (record.channelId !== channelId) return;
    yield record;
  }
}

interface Found {
  found: readonly ScrapedRecord[];
  total: number;
}

/** @param listed how many films the list of this filter has */
async function findFilms(store: Store, filter: FilmFilter, query: ListQuery, listed: number): Promise<Found> {
  const { channelId, videoId, text } = filter;
  if (channelId !== undefined && videoId !== undefined) {
    const record = await store.get(scrapedKey({ channelId, videoId }));
    const found = record && matches(record, filter) ? [record] : [];
    return { found, total: found.length };
  }
  if (videoId === undefined && text === undefined) {
    return { found: await store.page(listOf(filter), query), total: listed };
  }
  return searchFilms(store, filter, query);
}

/** Reads the whole list, piece by piece, and keeps no more than the page. */
async function searchFilms(store: Store, filter: FilmFilter, { after, limit }: ListQuery): Promise<Found> {
  const found: ScrapedRecord[] = [];
  let total = 0;
  for await (const record of inOrder(store, listOf(filter), placeOf)) {
    if (!matches(record, filter)) continue;
    total += 1;
    if (found.length < limit && (after === undefined || isAfter(placeOf(record), after))) found.push(record);
  }
  return { found, total };
}

/** The first records of a list. */
async function* inOrder(
  store: Store,
  list: string,
  placeIn: (record: ScrapedRecord) => ListPlace,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<ScrapedRecord> {
  let [left, after]: [number, ListPlace | undefined] = [limit, undefined];
  while (left > 0) {
    const wanted = Math.min(left, READ_AT_ONCE);
    const records: readonly ScrapedRecord[] = await store.page(list, { after, limit: wanted });
    yield* records;
    const last = records.at(-1);
    if (!last || records.length < wanted) return;
    left -= records.length;
    after = placeIn(last);
  }
}

interface FilmCount {
  channelId: string;
  status: string;
  films: number;
}

async function countsIn(store: Store): Promise<FilmCount[]> {
  const totals = await store.totals(COUNTED);
  return [...totals].map(([name, films]) => {
    const [channelId = '', status = ''] = name.slice(COUNTED.length).split(':');
    return { channelId, status, films };
  });
}

function countOf(counts: readonly FilmCount[], { channelId, status }: FilmList): number {
  return counts
    .filter((one) => channelId === undefined || one.channelId === channelId)
    .filter((one) => status === undefined || one.status === status)
    .reduce((sum, { films }) => sum + films, 0);
}
