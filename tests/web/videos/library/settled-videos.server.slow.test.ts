import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { spots } from '#lib/data/spots.ts';
import { openDatabase } from '#lib/stores/records/open-record-store.server.ts';
import type { VideoMetadata } from '#lib/wanx/index.ts';
import { videoStore } from '#lib/wanx/video-metadata.ts';
import { SettledVideos } from '#lib/web/videos/library/settled-videos.server.ts';
import { VideoLibrary } from '#lib/web/videos/library.server.ts';
import { toVideoView } from '#lib/web/videos/to-view.server.ts';
import { intentAt } from '../../../fixtures/records/job-records.ts';
import { type Shelf, videoRecord, videoShelf } from '../../../fixtures/records/video-shelf.ts';
import { describePostgres } from '../../../fixtures/servers/postgres.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const at = (minutes: number) => new Date(NOW_MS + minutes * 60_000).toISOString();
const LISTS = ['all', 'under-way', 'stopped', 'saved'] as const;

/** Videos of every state, also with files that are missing, at times of which some are equal. */
function videos(shelf: Shelf): VideoMetadata[] {
  const film = (spotId: string) => shelf.put(`${spotId}-then.mp4`, new Uint8Array(8));
  const kinds: Array<(spotId: string) => Partial<VideoMetadata>> = [
    (spotId) => ({ status: 'ready', completedAt: at(-5), ...film(spotId) }),
    (spotId) => ({ status: 'ready', completedAt: at(-7), ...film(spotId), sizeBytes: 9 }),
    () => ({ status: 'ready', completedAt: at(-7) }),
    () => ({ status: 'failed', error: 'x', errorCode: 'rejected' }),
    () => ({ status: 'failed', error: 'x', errorCode: 'expired' }),
    () => ({ status: 'failed', error: 'x', errorCode: 'timeout', expiresAt: at(-1) }),
    () => ({ status: 'generating', expiresAt: at(60) }),
    () => ({ status: 'generating', canceledAt: at(-1), cancelConfirmed: true }),
    () => ({ status: 'pending', intent: undefined, taskId: undefined }),
    () => ({
      ...{ status: 'generating', intent: undefined, taskId: undefined },
      lease: { owner: 'x', fence: 1, expiresAt: at(1) },
    }),
    (spotId) => ({
      status: 'generating',
      previous: { status: 'ready', completedAt: at(-9), ...film(spotId) },
      ...film(spotId),
    }),
  ];
  return Array.from({ length: 88 }, (_, index) => {
    const spotId = `place-${index}`;
    const intent = intentAt(at(-index));
    const common = { spotId, eraId: 'then', createdAt: at(-(index >> 1)), intent, submittedAt: at(-index) };
    return videoRecord({ ...common, taskId: `task-${index}`, ...kinds[index % kinds.length]?.(spotId) });
  }).concat(videoRecord({ intent: intentAt(at(0)), taskId: 't', status: 'failed', errorCode: 'rejected' }));
}

async function libraryOf(clock = { nowMs: NOW_MS }) {
  const settledVideos = (keys: Iterable<string>) => new SettledVideos(keys);
  const library = new VideoLibrary({ now: () => clock.nowMs, spots, settledVideos, toView: toVideoView });
  const look = async () => {
    await library.pull();
    library.refresh();
    return library.takeChanged();
  };
  await look();
  return { library, look };
}

/** Everything that the pages of a library say. */
async function readAll({ library }: Awaited<ReturnType<typeof libraryOf>>, limit: number) {
  const pages: unknown[] = [];
  const lists = [...LISTS.map((list) => library.page.bind(library, list)), library.pageOutside.bind(library)];
  for (const read of lists) {
    let cursor: string | undefined;
    do {
      const { videos: shown, total, nextCursor } = await read(limit, cursor);
      pages.push({ shown, total, isLast: nextCursor === undefined });
      cursor = nextCursor;
    } while (cursor !== undefined);
  }
  const { counts, spend } = library;
  return { pages, counts, spend, catalogue: library.catalogue(), underWay: library.underWay(9) };
}

function describePages(name: string, address: (root: string) => Promise<string>): void {
  describe(`the videos in ${name}`, { timeout: 60_000 }, () => {
    const start = async () => {
      const shelf = videoShelf();
      const records = videos(shelf);
      shelf.record(...records);
      const expected = await readAll(await libraryOf(), 7);
      const database = await address(shelf.root);
      vi.stubEnv('WANX_METADATA_PATH', 'other.json');
      vi.stubEnv('REELKEEP_DATABASE', database);
      onTestFinished(() => openDatabase(database).close());
      await Promise.all(records.map((record) => videoStore().update(`${record.spotId}/${record.eraId}`, () => record)));
      return { shelf, expected };
    };

    it('are on the same pages, with the same counts and sums, as from a JSON file', async () => {
      const { expected } = await start();
      const own = await libraryOf();
      // Which files are missing is only known once they were looked for.
      await readAll(own, 50);
      expect(await readAll(own, 7)).toEqual(expected);
      await own.library.pull({ everything: true });
      own.library.refresh();
      expect(own.library.all()).toHaveLength(expected.counts.total);
      expect(await readAll(own, 7)).toEqual(expected);
    });

    it('change on pages and in events as they change on record, on disk and with time', async () => {
      const { shelf } = await start();
      const clock = { nowMs: NOW_MS };
      const own = await libraryOf(clock);
      await readAll(own, 50);
      // Of films that are missing, the other pages are told.
      expect(new Set((await own.look()).map(({ state }) => state))).toEqual(new Set(['failed']));
      const before = own.library.counts;
      const states = async () => (await own.look()).map(({ key, state }) => [key, state]);
      expect(await states()).toEqual([]);
      const film = shelf.put('place-6-then.mp4', new Uint8Array(5));
      const done = { status: 'ready', completedAt: at(9), ...film } as const;
      await videoStore().update('place-6/then', (old) => old && { ...old, ...done });
      clock.nowMs += 1000;
      expect(await states()).toEqual([['place-6/then', 'ready']]);
      const { made, underWay } = own.library.counts;
      expect([made, underWay]).toEqual([before.made + 1, before.underWay - 1]);
      expect((await own.library.page('saved', 1)).videos).toMatchObject([{ key: 'place-6/then' }]);
      rmSync(join(shelf.root, 'static/videos/place-6-then.mp4'));
      clock.nowMs += 1000;
      // The look that notices the file is followed by the one that reads its record.
      expect([...(await states()), ...(await states())]).toEqual([['place-6/then', 'failed']]);
      expect([own.library.counts.made, own.library.counts.failed]).toEqual([before.made, before.failed + 1]);
      writeFileSync(join(shelf.root, 'static/videos/place-6-then.mp4'), new Uint8Array(5));
      clock.nowMs += 1000;
      expect([...(await states()), ...(await states())]).toEqual([['place-6/then', 'ready']]);
      await videoStore().update('place-6/then', () => undefined);
      expect(await states()).toEqual([]);
      expect(own.library.counts.total).toBe(before.total - 1);
      clock.nowMs += 90_000;
      expect((await states()).filter(([, state]) => state === 'none')).toHaveLength(8);
    });

    it('show the progress of one that is made again, and let go of it afterwards', async () => {
      await start();
      const own = await libraryOf();
      await readAll(own, 50);
      await own.look();
      own.library.note('place-0/then', { stage: 'submitting', at: at(0) });
      expect(await own.look()).toMatchObject([{ key: 'place-0/then', state: 'generating', src: expect.any(String) }]);
      expect(own.library.underWay(500).map(({ key }) => key)).toContain('place-0/then');
      const { total } = await own.library.page('all', 1);
      own.library.note('place-0/then', undefined);
      expect(await own.look()).toMatchObject([{ key: 'place-0/then', state: 'ready' }]);
      const again = await own.library.page('all', 500);
      expect([again.total, again.videos.length]).toEqual([total, total]);
    });
  });
}

describePages('SQLite', async (root) => `sqlite:${join(root, 'records.db')}`);
describePostgres('a real PostgreSQL', (server) => {
  describePages('PostgreSQL', async () => server.url(await server.create()));
});
