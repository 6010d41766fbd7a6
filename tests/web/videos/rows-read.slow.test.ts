import { join } from 'node:path';
import { StatementSync } from 'node:sqlite';
import { expect, it, onTestFinished, vi } from 'vitest';
import { openDatabase } from '#lib/stores/records/open-record-store.server.ts';
import { videoStore } from '#lib/wanx/video-metadata.ts';
import { VideoFeed } from '#lib/web/events/feed.ts';
import { VideoLibrary } from '#lib/web/videos/library.server.ts';
import { toVideoView } from '#lib/web/videos/to-view.server.ts';
import { videoRecord, videoShelf } from '../../fixtures/records/video-shelf.ts';

const COUNT = 1000;
const NOW_MS = Date.UTC(2026, 10, 21, 12);

/** Counts the records that SQLite gives to this process. */
function countRows(): () => number {
  let rows = 0;
  const isOfRecords = (statement: StatementSync) => /\breelkeep_records\b/.test(statement.sourceSQL);
  const { all, get } = StatementSync.prototype;
  const count = (statement: StatementSync, found: number) => {
    if (isOfRecords(statement)) rows += found;
  };
  vi.spyOn(StatementSync.prototype, 'all').mockImplementation(function (this: StatementSync, ...values) {
    const found = Reflect.apply(all, this, values);
    count(this, found.length);
    return found;
  });
  vi.spyOn(StatementSync.prototype, 'get').mockImplementation(function (this: StatementSync, ...values) {
    const found = Reflect.apply(get, this, values);
    count(this, found ? 1 : 0);
    return found;
  });
  onTestFinished(() => void vi.restoreAllMocks());
  return () => {
    const before = rows;
    rows = 0;
    return before;
  };
}

it('each record is read once in a process; pages and events then read what has changed alone', {
  timeout: 60_000,
}, async () => {
  const { root } = videoShelf();
  const address = `sqlite:${join(root, 'records.db')}`;
  vi.stubEnv('REELKEEP_DATABASE', address);
  onTestFinished(() => openDatabase(address).close());
  const store = videoStore();
  const ids = Array.from({ length: COUNT }, (_, index) => `place-${index}`);
  const put = (spotId: string, status: 'pending' | 'failed') =>
    store.update(`${spotId}/then`, (old) => ({ ...(old ?? videoRecord({ spotId, eraId: 'then' })), status }));
  await Promise.all(ids.map((spotId) => put(spotId, 'pending')));
  const rows = countRows();
  const library = new VideoLibrary({ now: () => NOW_MS, spots: [], toView: toVideoView });
  const read = () => {
    library.refresh();
    return { videos: library.takeChanged(), spend: library.spend, counts: library.counts };
  };
  const feed = new VideoFeed({ read, epoch: 'run', every: () => () => {}, after: () => {} });
  await library.pull();
  feed.catchUp();
  expect(rows()).toBe(COUNT);
  const events: unknown[] = [];
  feed.attach({ send: (event) => events.push(event), close: () => {} }, null);
  const first = library.page('all', 50);
  expect([first.videos.length, library.page('all', 50, first.nextCursor).videos.length, rows()]).toEqual([50, 50, 0]);
  for (let look = 0; look < 10; look += 1) feed.look();
  expect([rows(), events]).toEqual([0, []]);
  await Promise.all(['place-3', 'place-7'].map((spotId) => put(spotId, 'failed')));
  rows();
  feed.look();
  expect(rows()).toBe(2);
  expect(events.filter((event) => JSON.stringify(event).includes('"event":"video"'))).toHaveLength(2);
});
