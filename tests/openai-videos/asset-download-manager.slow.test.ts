import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { AssetDownloadManager } from '#lib/openai-videos/asset-download-manager.ts';
import { createMemoryAssets } from '#lib/stores/assets/memory-assets.ts';
import { makeMp4 } from '../fixtures/mp4/mp4.ts';
import { DownloadCase } from '../fixtures/openai-videos/download-case.ts';
import { refuse } from '../fixtures/openai-videos/video-service.ts';

describe('a queued download', () => {
  it('fetches film, thumbnail and sprite sheet at once, and names them by video and version', async () => {
    const world = await DownloadCase.open();
    await world.queue('page-1', 'video_abc');
    const job = await world.until('page-1', 'completed');
    expect(world.files()).toEqual(['video_abc_V1.mp4', 'video_abc_V1_spritesheet.jpg', 'video_abc_V1_thumbnail.webp']);
    expect(job.downloadedAssets).toMatchObject([
      { type: 'video', fileName: 'video_abc_V1.mp4', version: 1, mimeType: 'video/mp4' },
      { type: 'thumbnail', fileName: 'video_abc_V1_thumbnail.webp', version: 1, mimeType: 'image/webp' },
      { type: 'spritesheet', fileName: 'video_abc_V1_spritesheet.jpg', version: 1, mimeType: 'image/jpeg' },
    ]);
    const [film] = job.downloadedAssets;
    const { body } = world.service.files.video;
    expect(film?.fileSize).toBe(body.length);
    expect(readFileSync(film?.filePath ?? '')).toEqual(body);
    expect(film?.filePath).toBe(join(world.folder, 'BATCH_1', 'video_abc_V1.mp4'));
    expect(job).toMatchObject({ retryCount: 0, maxRetries: 3, soraVideoId: 'video_abc', batchId: 'BATCH_1' });
    expect(job.expiresAt.getTime() - job.completedAt.getTime()).toBe(3_600_000);
    expect(world.service.asked('video')[0]?.authorization).toBe('Bearer test-key-0123456789');
    expect(world.manager.getDownloadSummary()).toEqual({
      ...{ pending: 0, downloading: 0, completed: 1, failed: 0, expired: 0, approachingExpiration: 0 },
    });
  });

  it('is on record when the call resolves, before anything is downloaded', async () => {
    const world = await DownloadCase.open();
    world.service.twist = () => true;
    await world.queue('page-1');
    expect(world.manager.getDownloadStatus('page-1')).toMatchObject({ status: 'pending', downloadedAssets: [] });
    expect(world.manager.getPendingDownloads()).toHaveLength(1);
  });

  it('has no effect the second time; another page, or a later time, is the next version', async () => {
    const world = await DownloadCase.open({ auto: false });
    await world.queue('page-1', 'video_abc');
    await world.until('page-1', 'completed');
    await world.queue('page-1', 'video_abc');
    await world.clock.advance(1000);
    expect(world.service.asked('video')).toHaveLength(1);
    await world.queue('page-2', 'video_abc');
    expect((await world.until('page-2', 'completed')).downloadedAssets[0]?.version).toBe(2);
    await world.queue('page-1', 'video_abc');
    await expect.poll(() => world.manager.getDownloadStatus('page-1')?.downloadedAssets[0]?.version).toBe(3);
    expect(world.files().filter((name) => name.endsWith('.mp4'))).toEqual([
      'video_abc_V1.mp4',
      'video_abc_V2.mp4',
      'video_abc_V3.mp4',
    ]);
    await expect.poll(() => world.manager.getDownloadSummary().completed).toBe(2);
  });

  it('is retried after 1, 2 and 4 s, then on to the deadline', async () => {
    const world = await DownloadCase.open();
    world.service.twist = ({ what, nth }, response) => what === 'video' && nth < 6 && refuse(response, 500);
    await world.queue('page-1');
    expect(await world.until('page-1', 'completed')).toMatchObject({ retryCount: 6 });
    expect(world.clock.waits.slice(0, 3)).toEqual([1000, 2000, 4000]);
    expect(world.service.asked('thumbnail')).toHaveLength(1);
  });
});
describe('creating a manager', () => {
  const page = 'page-1';
  it.each<[string, (manager: AssetDownloadManager) => unknown]>([
    ['queueDownload', (manager) => manager.queueDownload('page-2', 'video_2', 'BATCH_1', new Date(0))],
    ['retryDownload', (manager) => manager.retryDownload(page).catch(() => {})],
    ['resumeDownloads', (manager) => manager.resumeDownloads()],
    ['getDownloadStatus', (manager) => manager.getDownloadStatus(page)],
    ['getDownloadSummary', (manager) => manager.getDownloadSummary()],
    ['getPendingDownloads', (manager) => manager.getPendingDownloads()],
    ['getExpiringDownloads', (manager) => manager.getExpiringDownloads()],
    ['listDownloads', (manager) => manager.listDownloads()],
    ['clearCompleted', (manager) => manager.clearCompleted()],
    ['cleanUpVersions', (manager) => manager.cleanUpVersions({ keep: 1 })],
    ['findFile', (manager) => manager.findFile('BATCH_1', 'other.mp4')],
    ['subscribe', (manager) => manager.subscribe(() => {})],
    ['loaded', (manager) => manager.loaded()],
  ])('does nothing: the first call takes up what is unfinished, here %s', async (_name, call) => {
    const world = await DownloadCase.open();
    world.service.twist = () => true;
    await world.queue(page);
    await world.manager.stop();
    world.service.twist = () => undefined;
    const asked = world.service.requests.length;
    const next = world.idle();
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.service.requests).toHaveLength(asked);
    await call(next);
    await expect
      .poll(() => world.store.listSync().find(({ notionPageId }) => notionPageId === page)?.status)
      .toBe('completed');
  });

  it('and stopping it at once takes up nothing', async () => {
    const world = await DownloadCase.open();
    world.service.twist = () => true;
    await world.queue(page);
    await world.manager.stop();
    const next = world.idle();
    await next.stop();
    expect(next.getDownloadSummary().pending).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.store.listSync()).toMatchObject([{ status: 'pending', fence: 1 }]);
  });

  it('reports what its first listener has it take up', async () => {
    const world = await DownloadCase.open();
    world.service.twist = () => true;
    await world.queue(page);
    await world.manager.stop();
    world.service.twist = () => undefined;
    const heard: string[] = [];
    world.idle().subscribe(({ kind, job }) => heard.push(`${kind} ${job.notionPageId}`));
    await expect.poll(() => heard.at(-1)).toBe('completed page-1');
    expect(heard).toContain('downloading page-1');
  });
});

describe('a retry by hand', () => {
  const FAILED = { status: 'failed', error: { message: 'no' } };

  it('begins anew, with all its tries', async () => {
    const world = await DownloadCase.open();
    world.service.job = () => FAILED;
    await world.queue('page-1');
    await world.until('page-1', 'failed');
    world.service.job = () => ({});
    world.service.twist = ({ what, nth }, response) => what === 'video' && nth < 2 && refuse(response, 500);
    await world.manager.retryDownload('page-1');
    const job = await world.until('page-1', 'completed', 'failed');
    expect(job).toMatchObject({ status: 'completed', retryCount: 2 });
    expect(job.error).toBeUndefined();
    expect(world.events.map(({ message }) => message)).toContain('[Download Manager] Manual retry for video_page-1');
  });
});

describe('what is wrong from the start', () => {
  it.each<[string, [string, string, string, Date]]>([
    ['a batch that leads out', ['page', 'video', '../batch', new Date()]],
    ['an impossible time', ['page', 'video', 'batch', new Date('never')]],
  ])('is refused: %s', async (_what, order) => {
    const world = await DownloadCase.open();
    await expect(world.manager.queueDownload(...order)).rejects.toMatchObject({ code: 'invalid-input' });
    expect(world.store.listSync()).toEqual([]);
    expect(world.service.requests).toEqual([]);
  });

  it('is refused: OpenAI itself, which has retired the API', async () => {
    const world = await DownloadCase.open();
    const manager = world.another({ baseUrl: 'https://api.openai.com/v1' });
    await expect(manager.queueDownload('page', 'video', 'batch', new Date())).rejects.toMatchObject({ code: 'config' });
    expect(manager.getDownloadSummary().pending).toBe(0);
  });

  it.each([{ concurrency: 0 }])('is refused: the options %o', async (options) => {
    const world = await DownloadCase.open();
    expect(() => world.another(options)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});

describe('an id that no file can have', () => {
  it('is exact in requests and records, and short in file names', async () => {
    const world = await DownloadCase.open();
    const id = `video_${'QkFzZTY0'.repeat(45)}==`;
    await world.queue('page-1', id);
    await world.queue('page-2', 'video_abc');
    await world.queue('page-3', 'VIDEO_ABC');
    const job = await world.until('page-1', 'completed');
    await world.until('page-2', 'completed');
    await world.until('page-3', 'completed');
    expect(job.soraVideoId).toBe(id);
    expect(world.service.asked('video', id)).toHaveLength(1);
    const films = world.files().filter((name) => name.endsWith('.mp4'));
    expect(new Set(films.map((name) => name.toLowerCase())).size).toBe(3);
    expect(films.filter((name) => name.includes('~'))).toHaveLength(2);
    expect(Math.max(...films.map((name) => name.length))).toBeLessThan(100);
  });
});

describe('a film in another format than MP4', () => {
  it('is kept all the same', async () => {
    const world = await DownloadCase.open();
    const body = await makeMp4({ isFragmented: true, sizeBytes: 4000 });
    world.service.files.video = { body, type: 'video/mp4' };
    await world.queue('page-1');
    expect((await world.until('page-1', 'completed')).downloadedAssets[0]?.fileSize).toBe(body.length);
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
