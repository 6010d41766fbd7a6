import { expect, it } from 'vitest';
import { filmKey, justEnded, takeLook } from '#lib/components/storage/under-way.ts';
import type { ScrapedFilm } from '#lib/web/storage/storage-view.ts';

const film = (videoId: string, status: ScrapedFilm['status'] = 'downloading'): ScrapedFilm => ({
  ...{ channelId: 'news', videoId, site: 'films.example', status, createdAt: '2026-11-29T10:00:00.000Z' },
});

it('a film keeps its row: those that end say how, new ones come last', () => {
  const before = { rows: [film('a'), film('b')], ended: 0 };
  const now = [film('c'), { ...film('b'), title: 'B' }];
  expect(justEnded(before.rows, now).map(filmKey)).toEqual(['news/a']);
  const after = takeLook(before, now, new Map([['news/a', film('a', 'downloaded')]]));
  expect(after.rows).toEqual([film('a', 'downloaded'), { ...film('b'), title: 'B' }, film('c')]);
  expect(after.ended).toBe(1);
  // How it has ended is asked for once.
  expect(justEnded(after.rows, now)).toEqual([]);
  expect(takeLook(after, now, new Map())).toEqual(after);
});

it('a film that is gone from the records stays as it was last seen', () => {
  expect(takeLook({ rows: [film('a')], ended: 0 }, [], new Map())).toEqual({ rows: [film('a')], ended: 1 });
});

it('a film that is tried again is under way again', () => {
  const ended = { rows: [film('a', 'failed')], ended: 1 };
  expect(takeLook(ended, [film('a')], new Map())).toEqual({ rows: [film('a')], ended: 0 });
});
