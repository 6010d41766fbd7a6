import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeMp4 } from '../../fixtures/mp4/mp4.ts';
import { DownloadCase } from '../../fixtures/openai-videos/download-case.ts';
import { json, refuse, sendFile } from '../../fixtures/openai-videos/video-service.ts';

describe('a job is over without a film', () => {
  it.each(['failed', 'cancelled', 'deleted'])('when the service says that the video is %s', async (status) => {
    const world = await DownloadCase.open();
    world.service.job = () => ({ status, error: { code: 'moderation_blocked', message: 'It was refused.' } });
    await world.queue('page-1');
    const job = await world.until('page-1', 'failed', 'expired');
    expect(job).toMatchObject({ status: 'failed', retryCount: 0 });
    expect(job.error).toContain(`the video is ${status}${status === 'failed' ? ': It was refused.' : '.'}`);
    expect(world.service.contentRequests()).toEqual([]);
  });

  it('when the service says that it has expired', async () => {
    const world = await DownloadCase.open();
    world.service.job = () => ({ status: 'expired' });
    await world.queue('page-1');
    expect((await world.until('page-1', 'failed', 'expired')).status).toBe('expired');
  });

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

  it('when the same message comes in place of a film, after all quick retries', async () => {
    const world = await DownloadCase.open();
    world.service.twist = ({ what }, response) => what === 'video' && json(response, { error: { message: 'no film' } });
    await world.queue('page-1');
    expect((await world.until('page-1', 'failed', 'expired')).error).toContain('no film');
    expect(world.service.asked('video')).toHaveLength(4);
  });

  it('but not when other bytes come: the file was not in place yet', async () => {
    const world = await DownloadCase.open();
    const film = world.service.files.video;
    world.service.twist = ({ what, nth }, response) => {
      if (what !== 'video' || nth > 3) return false;
      return sendFile(response, { ...film, body: film.body.subarray(0, 1000 + nth) });
    };
    await world.queue('page-1');
    expect((await world.until('page-1', 'completed', 'failed')).status).toBe('completed');
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

  it.each([
    ['another video is not', (id: string, what: string) => id === 'video_1' || what === 'list'],
    ['the list is not', (_id: string, what: string) => what === 'status'],
  ])('but not when %s refused: then a gateway is wrong, and may be put right', async (_what, isRefused) => {
    const world = await DownloadCase.open({ auto: false });
    let isWrong = true;
    world.service.twist = ({ id, what }, response) => isWrong && isRefused(id, what) && refuse(response, 401);
    await world.queue('page-1', 'video_1');
    await expect.poll(() => world.manager.getDownloadStatus('page-1')?.retryCount).toBe(1);
    await world.queue('page-2', 'video_2');
    await expect.poll(() => world.service.asked('status', 'video_2')).toHaveLength(1);
    for (let tries = 2; tries < 8; tries += 1) {
      await world.clock.advance(60_000);
      await expect.poll(() => world.manager.getDownloadStatus('page-1')?.retryCount).toBe(tries);
    }
    isWrong = false;
    await world.clock.advance(60_000);
    expect((await world.until('page-1', 'completed', 'failed')).status).toBe('completed');
  });

  it('when the disk refuses', async () => {
    const world = await DownloadCase.open();
    mkdirSync(join(world.folder, 'elsewhere'));
    // A file where the folder of the batch should be: root may write into any folder.
    writeFileSync(join(world.folder, 'BATCH_1'), '');
    chmodSync(world.folder, 0o755);
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

  it('of an unknown page is refused', async () => {
    const world = await DownloadCase.open();
    await expect(world.manager.retryDownload('page-1')).rejects.toMatchObject({
      code: 'not-found',
      message: 'Download job not found',
    });
  });

  it('of a completed one is refused', async () => {
    const world = await DownloadCase.open();
    await world.queue('page-1');
    await world.until('page-1', 'completed');
    await expect(world.manager.retryDownload('page-1')).rejects.toMatchObject({
      code: 'invalid-input',
      message: 'Cannot retry download with status: completed',
    });
  });

  it('of one under way is refused', async () => {
    const world = await DownloadCase.open();
    world.service.twist = () => true;
    await world.queue('page-1');
    await expect(world.manager.retryDownload('page-1')).rejects.toThrow(
      /Cannot retry download with status: (pending|downloading)/,
    );
  });

  it('of an expired one is refused, unless the service keeps the video longer', async () => {
    const world = await DownloadCase.open();
    await world.queue('page-1', 'video_1', { minutesAgo: 61 });
    await expect(world.manager.retryDownload('page-1')).rejects.toMatchObject({
      code: 'expired',
      message: 'Cannot retry download with status: expired',
    });
    world.service.job = () => ({ expires_at: Math.floor(world.clock.now() / 1000) + 60 });
    await world.manager.retryDownload('page-1');
    expect((await world.until('page-1', 'completed', 'failed')).status).toBe('completed');
  });

  it('of a failed one whose hour has passed since is refused: it is expired', async () => {
    const world = await DownloadCase.open({ auto: false });
    world.service.job = () => FAILED;
    await world.queue('page-1');
    await world.until('page-1', 'failed');
    await world.clock.advance(3_600_001);
    await expect(world.manager.retryDownload('page-1')).rejects.toMatchObject({
      code: 'expired',
      message: 'Cannot retry expired download',
    });
    expect(world.manager.getDownloadStatus('page-1')?.status).toBe('expired');
    expect(world.service.contentRequests()).toEqual([]);
  });
});

describe('what is wrong from the start', () => {
  it.each<[string, [string, string, string, Date]]>([
    ['an empty page', ['', 'video', 'batch', new Date()]],
    ['an empty video', ['page', '  ', 'batch', new Date()]],
    ['a video with a slash', ['page', 'a/b', 'batch', new Date()]],
    ['a video that leads out', ['page', '..', 'batch', new Date()]],
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

  it.each([{ concurrency: 0 }, { concurrency: 1.5 }, { maxBytesPerSecond: -1 }, { storageBasePath: '' }])(
    'is refused: the options %o',
    async (options) => {
      const world = await DownloadCase.open();
      expect(() => world.another(options)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    },
  );
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
