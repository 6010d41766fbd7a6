import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createMemoryAssets } from '#lib/stores/assets/memory-assets.ts';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { DownloadCase } from '../../fixtures/openai-videos/download-case.ts';
import { cutAfter, sendFile } from '../../fixtures/openai-videos/video-service.ts';

const pages = Array.from({ length: 12 }, (_, nth) => `page-${nth}`);
const filmsAsked = (world: DownloadCase) => world.service.asked('video').map(({ id }) => id);

describe('creating a manager', () => {
  it('does nothing: the first call of any method takes up what is unfinished', async () => {
    const world = await DownloadCase.open();
    world.service.twist = () => true;
    await world.queue('page-1');
    await world.manager.stop();
    world.service.twist = () => undefined;
    const next = world.another();
    await new Promise((resolve) => setImmediate(resolve));
    expect(filmsAsked(world)).toEqual([]);
    world.manager = next;
    expect(next.getDownloadSummary().pending).toBe(1);
    await world.until('page-1', 'completed');
  });
});

describe('two managers on one set of records', () => {
  it('never do one job twice', async () => {
    const world = await DownloadCase.open({ concurrency: 2 });
    const other = world.another({ concurrency: 2 });
    for (const page of pages) await world.queue(page);
    expect(other.getDownloadSummary().completed + other.getPendingDownloads().length).toBe(pages.length);
    for (const page of pages) await world.until(page, 'completed');
    expect(filmsAsked(world).sort()).toEqual(pages.map((page) => `video_${page}`).sort());
    expect(world.service.mostAtOnce).toBeLessThanOrEqual(12);
  });

  it('never give two videos one version', async () => {
    const world = await DownloadCase.open();
    const other = world.another();
    const managers = [world.manager, other];
    await Promise.all(
      pages.map((page, nth) =>
        managers[nth % 2]?.queueDownload(page, 'video_abc', 'BATCH_1', new Date(world.clock.now())),
      ),
    );
    const versions = [];
    for (const page of pages) versions.push((await world.until(page, 'completed')).downloadedAssets[0]?.version);
    expect(versions.map(Number).sort((a, b) => a - b)).toEqual(pages.map((_, nth) => nth + 1));
    expect(world.files().filter((name) => name.endsWith('.mp4'))).toHaveLength(pages.length);
  });

  it('leave a job to the one that has it, until its process is dead', async () => {
    const world = await DownloadCase.open({ auto: false, newOwner: () => 'first', isSurelyDead: () => false });
    world.service.twist = ({ what }) => what === 'video';
    await world.queue('page-1');
    await expect.poll(() => filmsAsked(world)).toHaveLength(1);
    let isDead = false;
    const other = world.another({ newOwner: () => 'second', isSurelyDead: () => isDead });
    expect(other.getDownloadStatus('page-1')?.status).toBe('downloading');
    world.tick();
    await world.clock.advance(1000);
    expect(filmsAsked(world)).toHaveLength(1);
    isDead = true;
    world.service.twist = () => undefined;
    world.tick();
    world.manager = other;
    // The part file is still held by the first one.
    await world.clock.somebodyWaits();
    await world.clock.advance(6000);
    await world.until('page-1', 'completed');
  });

  it('leave jobs of another storage or service alone', async () => {
    const world = await DownloadCase.open();
    const elsewhere = world.another({ storageBasePath: `${world.folder}/other` });
    world.service.twist = () => true;
    await world.queue('page-1');
    expect(elsewhere.getDownloadStatus('page-1')).toBeUndefined();
    expect(elsewhere.getDownloadSummary().pending).toBe(0);
  });
});

describe('stopping', () => {
  it('gives the job back, and the next process goes on where it was', async () => {
    const world = await DownloadCase.open({ auto: false });
    const film = world.service.files.video;
    world.service.twist = ({ what, nth, range }, response) => {
      if (what !== 'video') return false;
      if (nth > 0) return sendFile(response, film, range);
      response.writeHead(200, { etag: `"${film.body.length}"`, 'content-length': film.body.length });
      return response.write(film.body.subarray(0, 800)) || true;
    };
    await world.queue('page-1');
    const part = join(world.folder, 'BATCH_1', 'video_page-1_V1.mp4.part');
    await expect.poll(() => statSync(part, { throwIfNoEntry: false })?.size).toBe(800);
    await world.manager.stop();
    expect(world.manager.getDownloadStatus('page-1')).toMatchObject({ status: 'pending', retryCount: 0 });
    expect(world.store.listSync()[0]?.lease).toBeUndefined();
    world.manager = world.another();
    const job = await world.until('page-1', 'completed');
    expect(world.service.asked('video')[1]?.range).toBe('bytes=800-');
    expect(readFileSync(job.downloadedAssets[0]?.filePath ?? '')).toEqual(film.body);
  });

  it('keeps what is queued afterwards for the next process', async () => {
    const world = await DownloadCase.open();
    await world.manager.stop();
    await world.queue('page-1');
    await world.manager.resumeDownloads();
    expect(world.manager.getDownloadStatus('page-1')?.status).toBe('pending');
    world.manager = world.another();
    await world.until('page-1', 'completed');
  });
});

describe('many downloads', () => {
  it('run a bounded number at once, the nearest deadline first', async () => {
    const world = await DownloadCase.open({ auto: false, concurrency: 1 });
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    world.service.twist = async ({ what, id }) => {
      if (what === 'status' && id === 'video_first') await held;
      // Each waits until all three of its video have been asked for.
      const types = ['video', 'thumbnail', 'spritesheet'] as const;
      if (what !== 'status')
        await expect.poll(() => types.flatMap((type) => world.service.asked(type, id))).toHaveLength(3);
      return false;
    };
    await world.queue('first');
    for (const [page, minutesAgo] of [
      ['late', 1],
      ['soon', 50],
      ['middle', 30],
    ] as const) {
      await world.queue(page, `video_${page}`, { minutesAgo });
    }
    letGo();
    for (const page of ['first', 'late', 'soon', 'middle']) await world.until(page, 'completed');
    expect(filmsAsked(world)).toEqual(['video_first', 'video_soon', 'video_middle', 'video_late']);
    expect(world.service.mostAtOnce).toBe(3);
  });

  it('by default of four videos', async () => {
    const world = await DownloadCase.open({ auto: false });
    world.service.twist = () => true;
    for (const page of pages) await world.queue(page);
    await expect.poll(() => world.service.asked('status')).toHaveLength(4);
    expect(world.manager.getDownloadSummary()).toMatchObject({ pending: 12 });
  });

  it('are cut once each, and all are fetched to the end', async () => {
    const world = await DownloadCase.open();
    world.service.twist = ({ what, nth }, response) =>
      what === 'video' && nth === 0 && cutAfter(response, world.service.files.video, 500);
    for (const page of pages) await world.queue(page);
    for (const page of pages) await world.until(page, 'completed');
    expect(world.service.asked('video').filter(({ range }) => range === 'bytes=500-')).toHaveLength(pages.length);
  });
});

describe('clearing what is completed', () => {
  it('takes it off the list at once, and keeps its files and its version', async () => {
    const world = await DownloadCase.open();
    await world.queue('page-1', 'video_abc');
    await world.until('page-1', 'completed');
    world.manager.clearCompleted();
    expect(world.manager.getDownloadStatus('page-1')).toBeUndefined();
    expect(world.manager.getDownloadSummary().completed).toBe(0);
    const other = world.another();
    await expect.poll(() => other.getDownloadSummary().completed).toBe(0);
    await world.queue('page-2', 'video_abc');
    expect((await world.until('page-2', 'completed')).downloadedAssets[0]?.version).toBe(2);
    expect(world.files()).toHaveLength(6);
  });
});

describe('another asset store', () => {
  it('gets the files, and the local copies go', async () => {
    const assets = createMemoryAssets();
    const world = await DownloadCase.open({ assets });
    await world.queue('page-1', 'video_abc');
    const job = await world.until('page-1', 'completed');
    const names = (await Array.fromAsync(assets.list(''))).map(({ name }) => name);
    expect(names).toEqual([
      'BATCH_1/video_abc_V1.mp4',
      'BATCH_1/video_abc_V1_spritesheet.jpg',
      'BATCH_1/video_abc_V1_thumbnail.webp',
    ]);
    expect(job.downloadedAssets.map(({ filePath }) => filePath).sort()).toEqual(names);
    await expect.poll(() => world.files()).toEqual([]);
    await world.queue('page-2', 'video_abc');
    expect((await world.until('page-2', 'completed')).downloadedAssets[0]?.version).toBe(2);
  });
});

describe('a limit of bandwidth', () => {
  it('holds for every download', async () => {
    const world = await DownloadCase.open({ maxBytesPerSecond: 200_000 });
    world.service.files.video.body = await makeMp4({ sizeBytes: 100_000 });
    const startedMs = performance.now();
    await world.queue('page-1');
    await world.until('page-1', 'completed');
    expect(performance.now() - startedMs).toBeGreaterThan(240);
  });
});
