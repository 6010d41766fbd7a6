import { expect, it } from 'vitest';
import type { ScrapedVideo } from '#lib/scrape/index.ts';
import { partOf } from '#lib/web/storage/film-list.ts';

const film = (videoId: string, day: number, isStored = true): ScrapedVideo => {
  const at = `2026-11-${String(day).padStart(2, '0')}T00:00:00.000Z`;
  return {
    ...{ channelId: 'news', videoId, sourceUrl: 'https://films.example/', createdAt: at },
    ...(isStored ? { download_completed_at: at } : {}),
    ...{ download_status: 'downloaded', download_attempts: 1, processing_jobs: [], pictureBytes: 0 },
  };
};
const ids = (videos: readonly ScrapedVideo[]) => videos.map(({ videoId }) => videoId);

it('the newest come first, in parts that miss none and show none twice', () => {
  const films = [film('b', 2), film('d', 4, false), film('a', 1), film('c', 3), film('c2', 3)];
  const first = partOf(films, 2);
  expect(ids(first.videos)).toEqual(['d', 'c2']);
  // One has come and one has gone since.
  const later = [...films.filter(({ videoId }) => videoId !== 'c2'), film('e', 5)];
  const second = partOf(later, 2, first.nextCursor);
  expect(ids(second.videos)).toEqual(['c', 'b']);
  const third = partOf(later, 2, second.nextCursor);
  expect([ids(third.videos), third.nextCursor]).toEqual([['a'], undefined]);
});

it('a list that ends with a part has no further one', () => {
  expect(partOf([film('a', 1), film('b', 2)], 2).nextCursor).toBeUndefined();
  expect(partOf([], 2)).toEqual({ videos: [] });
});
