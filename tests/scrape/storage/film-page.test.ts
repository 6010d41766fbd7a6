import { describe, expect, it } from 'vitest';
import type { FilmFilter } from '#lib/scrape/record/film-filter.ts';
import { scrapedKey } from '#lib/scrape/record/names.ts';
import { type ScrapedRecord, scrapedFormat } from '#lib/scrape/record/record.ts';
import { filmsOfChannel, pageOfFilms, wantedFilms } from '#lib/scrape/storage/film-page.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { storedRecord } from '../../fixtures/scrape/records.ts';

const film = (key: string, day: number, status: ScrapedRecord['download_status'] = 'downloaded'): ScrapedRecord => {
  const storedAt = `2026-11-${String(day).padStart(2, '0')}T00:00:00.000Z`;
  return { ...storedRecord(key, { storedAt }), title: `Film ${key}`, download_status: status };
};

async function storeOf(...records: ScrapedRecord[]) {
  const store = createMemoryStore({ format: scrapedFormat });
  for (const record of records) await store.update(scrapedKey(record), () => record);
  return store;
}

const ids = ({ videos }: { videos: ReadonlyArray<{ videoId: string }> }) => videos.map(({ videoId }) => videoId);
const FILMS = [
  film('news/b', 2),
  film('city/d', 4, 'failed'),
  film('news/a', 1),
  film('news/c2', 3),
  film('news/c', 3),
];

describe('a page of films', () => {
  it.each<[FilmFilter]>([[{}], [{ text: 'FILM' }]])('misses none and shows none twice, by %j', async (filter) => {
    const store = await storeOf(...FILMS);
    const first = await pageOfFilms(store, filter, { limit: 2 });
    expect([ids(first), first.total, first.all, first.channels]).toEqual([['d', 'c'], 5, 5, ['city', 'news']]);
    // One has come and one has gone since.
    await store.update('news/c', () => undefined);
    await store.update('news/e', () => film('news/e', 5));
    const second = await pageOfFilms(store, filter, { limit: 2, after: first.next });
    expect(ids(second)).toEqual(['c2', 'b']);
    const third = await pageOfFilms(store, filter, { limit: 2, after: second.next });
    expect([ids(third), third.next]).toEqual([['a'], undefined]);
  });

  it.each<[FilmFilter, string[]]>([
    [{ channelId: 'news' }, ['c', 'c2', 'b', 'a']],
    [{ status: 'failed' }, ['d']],
    [{ channelId: 'news', status: 'failed' }, []],
    [{ channelId: 'none' }, []],
    [{ channelId: 'city', text: 'film' }, ['d']],
    [{ channelId: 'news', videoId: 'b' }, ['b']],
    [{ channelId: 'city', videoId: 'b' }, []],
    [{ channelId: 'news', videoId: 'b', status: 'failed' }, []],
    [{ videoId: 'b' }, ['b']],
  ])('has those of %j', async (filter, wanted) => {
    const page = await pageOfFilms(await storeOf(...FILMS), filter, { limit: 9 });
    expect([ids(page), page.total, page.next]).toEqual([wanted, wanted.length, undefined]);
  });
});

it('what is under way is among the wanted films that a limit leaves, in the order of their age', async () => {
  const wanted = [film('a/1', 1, 'pending'), film('a/2', 2, 'pending'), film('a/3', 3, 'downloading')];
  const store = await storeOf(...wanted, film('a/4', 4));
  expect(await wantedFilms(store, 2)).toMatchObject({ videos: [{ videoId: '1' }, { videoId: '3' }], total: 3 });
  expect(ids(await wantedFilms(store))).toEqual(['1', '2', '3']);
  expect(await wantedFilms(await storeOf())).toEqual({ videos: [], total: 0 });
});

it('the films of a channel are those of no other with a similar name', async () => {
  const store = await storeOf(film('news/a', 1), film('news-2/b', 1), film('new/c', 1), film('news.x/d', 1));
  expect((await Array.fromAsync(filmsOfChannel(store, 'news'))).map(scrapedKey)).toEqual(['news/a']);
});
