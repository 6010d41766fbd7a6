import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readSettings } from '#lib/config.ts';
import { spots } from '#lib/data/spots.ts';
import { createJsonFileStore } from '#lib/stores/records/json-file-store.server.ts';
import { reportSpending, type VideoMetadata } from '#lib/wanx/index.ts';
import { videoFormat, videoStore } from '#lib/wanx/video-metadata.ts';
import { VideoFeed } from '#lib/web/events/feed.ts';
import { SettledVideos } from '#lib/web/videos/library/settled-videos.server.ts';
import { VideoLibrary } from '#lib/web/videos/library.server.ts';
import { toVideoView } from '#lib/web/videos/to-view.server.ts';
import type { VideoView } from '#lib/web/videos/view.ts';
import { intentAt } from '../../fixtures/records/job-records.ts';
import { type Shelf, videoRecord, videoShelf } from '../../fixtures/records/video-shelf.ts';

const settledVideos = (keys: Iterable<string>) => new SettledVideos(keys);
const NOW_MS = Date.UTC(2026, 10, 21, 12);
const PAIRS = spots.flatMap((spot) => spot.eras).length;
/** Files that are looked at in turn, however many there are. */
const IN_TURN = 8;
const at = (offsetMs: number) => new Date(NOW_MS + offsetMs).toISOString();

/** Finished films of places that no catalogue knows. */
function films(count: number): VideoMetadata[] {
  return Array.from({ length: count }, (_, index) =>
    videoRecord({
      spotId: `place-${index}`,
      eraId: 'then',
      status: 'ready',
      createdAt: at(-index * 60_000),
      completedAt: at(-index * 60_000),
      taskId: `task-${index}`,
      intent: intentAt(at(-index * 60_000)),
    }),
  );
}

/** A library over the shelf, and how many videos it looked at. */
function libraryOf(records: VideoMetadata[], fields: { shelf?: Shelf; nowMs?: () => number } = {}) {
  const shelf = fields.shelf ?? videoShelf();
  shelf.record(...records);
  const looked: string[] = [];
  const toView: typeof toVideoView = (spotId, eraId, ...rest) => {
    looked.push(`${spotId}/${eraId}`);
    return toVideoView(spotId, eraId, ...rest);
  };
  let lookedAtMs = NOW_MS;
  const everySecond = () => (lookedAtMs += 1000);
  const library = new VideoLibrary({ now: fields.nowMs ?? everySecond, settledVideos, spots, toView });
  const looks = () => {
    looked.length = 0;
    library.refresh();
    return looked.length;
  };
  return { shelf, library, looks, looked };
}

const keysOf = (views: readonly VideoView[]) => views.map(({ key }) => key);
const update = (key: string, fields: Partial<VideoMetadata>) =>
  videoStore().update(key, (record) => record && { ...record, ...fields });

describe('with thousands of records', { timeout: 120_000 }, () => {
  const COUNT = 5000;

  it.each([5000, 8000])('looks at each of %d once, then only at what has changed', async (count) => {
    const { looks, looked, library } = libraryOf(films(count));
    expect(looks()).toBe(count + PAIRS);
    expect(library.takeChanged()).toHaveLength(count + PAIRS);
    const all = library.all();
    expect(Array.from({ length: 20 }, looks)).toEqual(Array(20).fill(0));
    expect([library.takeChanged(), library.all()]).toEqual([[], all]);
    expect(library.all()).toBe(all);
    await update('place-7/then', { status: 'failed', error: 'x', errorCode: 'expired' });
    expect([looks(), looked]).toEqual([1, ['place-7/then']]);
    expect(keysOf(library.takeChanged())).toEqual(['place-7/then']);
  });

  it('looks at one record after another process has written it', async () => {
    const { looks, looked } = libraryOf(films(COUNT));
    looks();
    const path = readSettings().metadataPath;
    const others = createJsonFileStore({ path, format: videoFormat });
    await others.update('place-7/then', (record) => record && { ...record, status: 'failed', error: 'x' });
    expect([looks(), looked]).toEqual([1, ['place-7/then']]);
  });

  it('reads no record for a page, for the sums or for one more visitor', async () => {
    const { library, looks } = libraryOf(films(COUNT));
    library.refresh();
    const read = vi.spyOn(JSON, 'stringify');
    for (let visitor = 0; visitor < 16; visitor += 1) {
      expect(looks()).toBe(0);
      expect((await library.page('all', 50)).videos).toHaveLength(50);
      expect([library.counts.total, library.spend.totalUsd]).toEqual([COUNT + PAIRS, COUNT * 0.5]);
    }
    // Of each look its settings, and nothing of any video.
    expect(read.mock.calls.length).toBeLessThan(16 * 5);
    read.mockRestore();
  });

  it('tells listeners only of what has changed, at each look', async () => {
    const { library, looks } = libraryOf(films(COUNT));
    const read = () => {
      looks();
      return { videos: library.takeChanged(), spend: library.spend, counts: library.counts };
    };
    const handed: number[] = [];
    const counting = () => {
      const all = read();
      handed.push(all.videos.length);
      return all;
    };
    const feed = new VideoFeed({ epoch: 'e', read: counting, every: () => () => {}, after: () => {} });
    const told: string[] = [];
    feed.attach({ send: ({ event }) => void told.push(event), close: () => {} }, null);
    feed.look();
    await update('place-9/then', { completedAt: at(0) });
    feed.look();
    expect(handed).toEqual([COUNT + PAIRS, 0, 1]);
    expect(told).toEqual(['video']);
  });

  it('hands out pages that hold every video once, whatever comes and goes meanwhile', async () => {
    const { library, shelf } = libraryOf(films(COUNT));
    library.refresh();
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page === 0 || cursor !== undefined; page += 1) {
      const { videos, nextCursor } = await library.page('all', 500, cursor);
      seen.push(...keysOf(videos));
      cursor = nextCursor;
      if (page !== 1) continue;
      // The last one of the page is gone, and newer ones have come.
      const records = films(COUNT).filter((one) => `${one.spotId}/then` !== videos.at(-1)?.key);
      shelf.record(videoRecord({ spotId: 'newer', eraId: 'now', createdAt: at(60_000) }), ...records);
      library.refresh();
    }
    expect(seen).toHaveLength(COUNT + PAIRS);
    expect(new Set(seen).size).toBe(COUNT + PAIRS);
    expect(seen.slice(PAIRS, PAIRS + 2)).toEqual(['place-0/then', 'place-1/then']);
  });
});

describe('what a look finds', () => {
  it('is what a fresh library would', async () => {
    const { library, shelf } = libraryOf(films(300));
    library.refresh();
    await update('place-3/then', { status: 'generating', lease: { owner: 'x', fence: 1, expiresAt: at(1000) } });
    await videoStore().update('place-5/then', () => undefined);
    await videoStore().update('eiffel-tower/1900', () => videoRecord({ intent: intentAt(at(0)), taskId: 't' }));
    library.refresh();
    const fresh = libraryOf(shelf.stored(), { shelf }).library;
    fresh.refresh();
    expect(library.all()).toEqual(fresh.all());
    expect([library.counts, library.spend]).toEqual([fresh.counts, fresh.spend]);
    for (const group of ['under-way', 'stopped', 'saved'] as const)
      expect(await library.page(group, 500)).toEqual(await fresh.page(group, 500));
    const { total, inFlight } = reportSpending(shelf.stored(), () => 'all');
    expect(library.spend).toMatchObject({ totalUsd: total.usd, inFlightUsd: inFlight.usd });
  });

  it('notices at once that a file came or went, without looking at the others', () => {
    const shelf = videoShelf();
    const records = films(200).map((film) => ({
      ...film,
      ...shelf.put(`${film.spotId}-then.mp4`, new Uint8Array(8)),
    }));
    const { library, looks } = libraryOf(records, { shelf });
    const folder = readSettings().videoDir;
    const settle = () => utimesSync(folder, new Date(0), new Date(0));
    settle();
    library.refresh();
    library.takeChanged();
    expect(looks()).toBeLessThanOrEqual(IN_TURN);
    const path = join(folder, 'place-150-then.mp4');
    const film = readFileSync(path);
    rmSync(path);
    expect(looks()).toBeLessThanOrEqual(IN_TURN + 1);
    expect(library.takeChanged()).toMatchObject([{ key: 'place-150/then', state: 'failed' }]);
    writeFileSync(path, film);
    library.refresh();
    expect(library.takeChanged()).toMatchObject([{ key: 'place-150/then', state: 'ready' }]);
    expect(library.counts.made).toBe(200);
    // One that is not the file any more, in its place, is found in its turn.
    writeFileSync(path, 'other');
    for (let look = 0; look <= 200 / IN_TURN; look += 1) library.refresh();
    expect(library.takeChanged()).toMatchObject([{ key: 'place-150/then', state: 'failed' }]);
  });

  it('changes with time alone, at the time', () => {
    let nowMs = NOW_MS;
    const lease = { owner: 'x', fence: 1, expiresAt: at(30_000) };
    const claimed = videoRecord({ spotId: 'a', eraId: 'b', status: 'generating', lease });
    const { library, looks } = libraryOf([claimed, ...films(100)], { nowMs: () => nowMs });
    library.refresh();
    expect(library.underWay(9)).toMatchObject([{ key: 'a/b', state: 'generating' }]);
    nowMs += 29_999;
    expect(looks()).toBe(0);
    nowMs += 1;
    expect(looks()).toBe(1);
    expect(library.underWay(9)).toEqual([]);
    // A clock that was set back makes everything uncertain.
    nowMs -= 10_000;
    expect(looks()).toBeGreaterThan(100);
    expect(library.underWay(9)).toHaveLength(1);
  });

  it('is not looked for again at each piece of progress', () => {
    const record = videoRecord({ expiresAt: at(60_000), intent: intentAt(at(0)) });
    const { library, looks } = libraryOf([record], { nowMs: () => NOW_MS });
    library.refresh();
    for (let bytesReceived = 0; bytesReceived < 100; bytesReceived += 1) {
      library.note('eiffel-tower/1900', { stage: 'downloading', at: at(0), bytesReceived });
      expect(looks()).toBe(1);
    }
    library.note('eiffel-tower/1900', undefined);
    library.refresh();
    expect(library.takeChanged().find(({ key }) => key === 'eiffel-tower/1900')?.live).toBeUndefined();
  });

  it('follows the settings', () => {
    const { library } = libraryOf(films(3));
    library.refresh();
    expect(library.all()[0]).toMatchObject({ estimateUsd: expect.any(Number) });
    vi.stubEnv('WANX_MODEL', 'wan9');
    vi.stubEnv('WANX_BUDGET_USD', '7');
    library.refresh();
    expect([library.all()[0]?.estimateUsd, library.spend.budgetUsd]).toEqual([null, 7]);
  });

  it('is all there again after the records could not be read', () => {
    const { library, shelf } = libraryOf(films(3));
    library.refresh();
    writeFileSync(join(shelf.root, 'records.json'), '{');
    expect(() => library.refresh()).toThrow(expect.objectContaining({ code: 'store-corrupt' }));
    shelf.record(...films(4));
    library.refresh();
    expect(library.counts.total).toBe(PAIRS + 4);
  });
});
