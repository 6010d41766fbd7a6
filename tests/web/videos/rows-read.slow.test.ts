import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openDatabase } from '#lib/stores/records/open-record-store.server.ts';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import { videoStore } from '#lib/wanx/video-metadata.ts';
import { VideoFeed } from '#lib/web/events/feed.ts';
import { SettledVideos } from '#lib/web/videos/library/settled-videos.server.ts';
import { VideoLibrary } from '#lib/web/videos/library.server.ts';
import { toVideoView } from '#lib/web/videos/to-view.server.ts';
import { countRows } from '../../fixtures/records/count-rows.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';
import { videoRecord, videoShelf } from '../../fixtures/records/video-shelf.ts';

const settledVideos = (keys: Iterable<string>) => new SettledVideos(keys);
const NOW_MS = Date.UTC(2026, 10, 21, 12);
/** A page of 50, whether there is a next one, and the records that are under way. */
const MOST_ROWS = 60;

/** Every third video failed, one in a thousand is under way; of the others the film is in object storage. */
function video(index: number): VideoMetadata {
  const createdAt = new Date(NOW_MS - index * 60_000).toISOString();
  const spotId = `place-${index}`;
  const common = { spotId, eraId: 'then', createdAt, intent: intentAt(createdAt), taskId: `task-${index}` };
  if (index % 1000 === 7) return videoRecord({ ...common, status: 'generating' });
  if (index % 3 === 0) return videoRecord({ ...common, status: 'failed', error: 'x', errorCode: 'rejected' });
  return videoRecord({
    ...common,
    status: 'ready',
    completedAt: createdAt,
    localPath: `static/videos/${spotId}-then.mp4`,
    sizeBytes: 8,
    object: { location: 's3://films', name: `${spotId}-then.mp4`, sizeBytes: 8, sha256: 'x', mimeType: 'video/mp4' },
  });
}

it.each([20_000, 100_000])(
  'pages and events read only the rows that they show, of %d records',
  {
    timeout: 400_000,
  },
  async (count) => {
    const { root } = videoShelf();
    const address = `sqlite:${join(root, 'records.db')}`;
    vi.stubEnv('REELKEEP_DATABASE', address);
    onTestFinished(() => openDatabase(address).close());
    const store = videoStore();
    for (let from = 0; from < count; from += 5000) {
      const some = Array.from({ length: 5000 }, (_, index) => video(from + index));
      await Promise.all(some.map((record) => store.update(`${record.spotId}/then`, () => record)));
    }
    const underWay = count / 1000;
    const rows = countRows();
    const library = new VideoLibrary({ now: () => NOW_MS, settledVideos, spots: [], toView: toVideoView });
    const read = () => {
      library.refresh();
      return { videos: library.takeChanged(), spend: library.spend, counts: library.counts };
    };
    const feed = new VideoFeed({ read, epoch: 'run', every: () => () => {}, after: () => {} });
    await library.pull();
    feed.catchUp();
    expect(rows()).toBe(underWay);
    const failed = Math.ceil(count / 3);
    const unusual = Array.from({ length: underWay }, (_, index) => index * 1000 + 7).filter((index) => index % 3 === 0);
    const counts = { total: count, underWay, failed: failed - unusual.length };
    expect(library.counts).toEqual({ ...counts, made: count - underWay - counts.failed });
    expect(library.spend.totalUsd).toBeCloseTo(0.5 * (count - counts.failed), 6);
    const first = await library.page('all', 50);
    expect([first.videos.length, first.total, rows() <= MOST_ROWS]).toEqual([50, count, true]);
    expect(first.videos.map(({ key }) => key)).toEqual(Array.from({ length: 50 }, (_, index) => `place-${index}/then`));
    for (const list of ['all', 'saved', 'stopped', 'under-way'] as const) {
      const page = await library.page(list, 10);
      const next = page.nextCursor === undefined ? undefined : await library.page(list, 10, page.nextCursor);
      expect([page.videos.length, next?.videos.length, rows() <= MOST_ROWS]).toEqual([10, 10, true]);
    }
    const known = await library.views(['place-3/then', 'place-70/then', 'none/then']);
    expect([known.map(({ key }) => key), rows()]).toEqual([['place-3/then', 'place-70/then'], 2]);
    const events: Array<{ event: string }> = [];
    feed.attach({ send: (event) => void events.push(event), close: () => {} }, null);
    for (let look = 0; look < 10; look += 1) {
      await library.pull();
      feed.look();
    }
    expect([rows(), events]).toEqual([0, []]);
    const change = (key: string) =>
      store.update(key, (old) => old && { ...old, completedAt: new Date(NOW_MS).toISOString() });
    await Promise.all(['place-4/then', `place-${count - 2}/then`].map(change));
    rows();
    await library.pull();
    feed.look();
    // The key of each, and the record.
    expect(rows()).toBe(4);
    expect(events.filter(({ event }) => event === 'video')).toHaveLength(2);
  },
);
