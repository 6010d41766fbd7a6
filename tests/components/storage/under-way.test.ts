import { expect, it } from 'vitest';
import { filmKey, firstLook, justEnded, takeLook } from '#lib/components/storage/under-way.ts';
import type { ScrapedFilm } from '#lib/web/storage/storage-view.ts';

const film = (videoId: string, status: ScrapedFilm['status'] = 'downloading'): ScrapedFilm => ({
  ...{ channelId: 'news', videoId, site: 'films.example', status, createdAt: '2026-11-29T10:00:00.000Z' },
});

const answer = (...downloads: ScrapedFilm[]) => ({ downloads, total: downloads.length });

it('a film keeps its row: those that end say how, new ones come last', () => {
  const before = firstLook(answer(film('a'), film('b')));
  const now = answer(film('c'), { ...film('b'), title: 'B' });
  expect(justEnded(before.rows, now.downloads).map(filmKey)).toEqual(['news/a']);
  const after = takeLook(before, now, new Map([['news/a', film('a', 'downloaded')]]));
  expect(after.rows).toEqual([film('a', 'downloaded'), { ...film('b'), title: 'B' }, film('c')]);
  expect(after.ended).toBe(1);
  // How it has ended is asked for once.
  expect(justEnded(after.rows, now.downloads)).toEqual([]);
  expect(takeLook(after, now, new Map())).toEqual(after);
});

it('a film that is gone from the records stays as it was last seen', () => {
  expect(takeLook(firstLook(answer(film('a'))), answer(), new Map())).toEqual({ rows: [film('a')], ended: 1, more: 0 });
});

it('a film that is tried again is under way again', () => {
  const ended = { rows: [film('a', 'failed')], ended: 1, more: 0 };
  expect(takeLook(ended, answer(film('a')), new Map())).toEqual({ rows: [film('a')], ended: 0, more: 0 });
});

it('a film that waits and had to give its place to another has not ended, and is asked for once', () => {
  const before = firstLook({ downloads: [film('a'), film('b', 'pending')], total: 9 });
  const now = { downloads: [film('c'), film('a')], total: 9 };
  const after = takeLook(before, now, new Map([['news/b', film('b', 'pending')]]));
  expect(after).toEqual({ rows: [film('a'), film('c')], ended: 0, more: 7 });
  expect(justEnded(after.rows, now.downloads)).toEqual([]);
});
