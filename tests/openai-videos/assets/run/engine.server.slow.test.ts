import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DownloadCase } from '../../../fixtures/openai-videos/download-case.ts';
import { cutAfter, refuse, sendFile } from '../../../fixtures/openai-videos/video-service.ts';

const pages = Array.from({ length: 6 }, (_, nth) => `page-${nth}`);
const filmsAsked = (world: DownloadCase) => world.service.asked('video').map(({ id }) => id);

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
    expect(world.manager.getDownloadSummary()).toMatchObject({ pending: 6 });
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

describe('a job is over without a film', () => {
  it('when the same bytes come twice, and are no video', async () => {
    const world = await DownloadCase.open();
    const broken = Buffer.from(world.service.files.video.body);
    world.service.files.video.body = broken.subarray(0, broken.length - 100);
    await world.queue('page-1');
    const job = await world.until('page-1', 'failed', 'expired');
    expect(job).toMatchObject({ status: 'failed', downloadedAssets: [{ type: 'thumbnail' }, { type: 'spritesheet' }] });
    expect(job.error).toContain('the same bytes 2 times');
    expect(world.service.asked('video')).toHaveLength(2);
    expect(world.files().filter((name) => name.includes('.mp4'))).toEqual([]);
  });

  it('when every call with the key is refused', async () => {
    const world = await DownloadCase.open();
    world.service.twist = (_, response) => refuse(response, 401);
    await world.queue('page-1');
    const job = await world.until('page-1', 'failed', 'expired');
    expect(job).toMatchObject({ status: 'failed', retryCount: 3 });
    expect(job.error).toContain('refuses every call with this API key');
    expect(JSON.stringify(job)).not.toContain('test-key');
  });

  it('when the disk refuses', async () => {
    const world = await DownloadCase.open();
    // A file where the folder of the batch should be: root may write into any folder.
    writeFileSync(join(world.folder, 'BATCH_1'), '');
    await world.queue('page-1');
    const job = await world.until('page-1', 'failed', 'expired');
    expect(job.status).toBe('failed');
    expect(job.error).toContain('BATCH_1');
  });
});

describe('a service whose replicas do not share their jobs', () => {
  it('answers 404 by turns, and the film is saved all the same', async () => {
    const world = await DownloadCase.open();
    const turns = { status: 0, content: 0 };
    world.service.twist = ({ what }, response) => {
      const kind = what === 'status' ? 'status' : 'content';
      turns[kind] += 1;
      return turns[kind] % 3 !== 0 && refuse(response, 404);
    };
    await world.queue('page-1');
    const job = await world.until('page-1', 'completed', 'failed', 'expired');
    expect(job.status).toBe('completed');
    expect(world.files().filter((name) => name.endsWith('.mp4'))).toEqual(['video_page-1_V1.mp4']);
  });
});

describe('a refusal', () => {
  it('of the content is a setback until the deadline', async () => {
    const world = await DownloadCase.open();
    world.service.twist = ({ what }, response) => what !== 'status' && refuse(response, 404);
    await world.queue('page-1', 'video_1', { minutesAgo: 59 });
    const job = await world.until('page-1', 'expired', 'failed');
    expect(job.status).toBe('expired');
    expect(job.error).toContain('Download window expired (>1 hour since completion)');
    expect(job.error).toContain('the server answered 404');
    expect(job.retryCount).toBeGreaterThan(5);
    // A last try just before, and the end just after.
    const lastAskedMs = Math.abs(world.clock.now() - job.expiresAt.getTime());
    expect(lastAskedMs).toBeLessThan(3000);
    expect(world.clock.now()).toBeGreaterThan(job.expiresAt.getTime());
    expect(world.files()).toEqual([]);
  });
});

describe('the deadline', () => {
  it('does not end a transfer under way: that goes on until the service refuses it', async () => {
    const world = await DownloadCase.open({ auto: false });
    const film = world.service.files.video;
    world.service.twist = ({ what, nth, range }, response) => {
      if (what !== 'video') return false;
      return nth === 0 ? cutAfter(response, film, 900) : sendFile(response, film, range);
    };
    await world.queue('page-1', 'video_1', { minutesAgo: 59.99 });
    await expect.poll(() => world.manager.getDownloadStatus('page-1')?.retryCount, { interval: 5 }).toBe(1);
    await world.clock.advance(5000);
    await world.until('page-1', 'completed');
    expect(world.service.asked('video').map(({ range }) => range)).toEqual([undefined, 'bytes=900-']);
  });

  it('is warned of once, with less than ten minutes left', async () => {
    const world = await DownloadCase.open({ auto: false });
    world.service.twist = ({ what }, response) => what === 'status' && refuse(response, 503);
    await world.queue('page-1', 'video_1', { minutesAgo: 49 });
    await world.until('page-1', 'pending');
    const other = world.another();
    other.getDownloadSummary();
    world.tick();
    expect(world.manager.getExpiringDownloads()).toEqual([]);
    await world.clock.advance(150_000);
    for (let time = 0; time < 3; time += 1) world.tick();
    await expect.poll(() => world.events.filter(({ kind }) => kind === 'expiring-soon')).toHaveLength(1);
    expect(world.events.find(({ kind }) => kind === 'expiring-soon')?.message).toBe(
      '[Download Manager] Download EXPIRING SOON for video_1 (8 minutes remaining)',
    );
    expect(world.manager.getExpiringDownloads()).toHaveLength(1);
    expect(world.manager.getDownloadSummary()).toMatchObject({ pending: 1, approachingExpiration: 1 });
  });
});
