import { describe, expect, it } from 'vitest';
import { NO_END } from '#lib/openai-videos/assets/job/deadline.ts';
import { DownloadCase } from '../../fixtures/openai-videos/download-case.ts';
import { cutAfter, refuse, sendFile } from '../../fixtures/openai-videos/video-service.ts';

const OVER = 'Download window expired (>1 hour since completion)';
const inSeconds = (ms: number) => Math.floor(ms / 1000);

describe('a refusal', () => {
  it.each([401, 403, 404, 410, 500])('of the content with %d is a setback until the deadline', async (status) => {
    const world = await DownloadCase.open();
    world.service.twist = ({ what }, response) => what !== 'status' && refuse(response, status);
    await world.queue('page-1', 'video_1', { minutesAgo: 59 });
    const job = await world.until('page-1', 'expired', 'failed');
    expect(job.status).toBe('expired');
    expect(job.error).toContain(OVER);
    expect(job.error).toContain(`the server answered ${status}`);
    expect(job.retryCount).toBeGreaterThan(5);
    // A last try just before, and the end just after.
    const lastAskedMs = Math.abs(world.clock.now() - job.expiresAt.getTime());
    expect(lastAskedMs).toBeLessThan(3000);
    expect(world.clock.now()).toBeGreaterThan(job.expiresAt.getTime());
    expect(world.files()).toEqual([]);
  });

  it.each([401, 404, 429, 503])('of the status with %d is a setback, and no content is asked for', async (status) => {
    const world = await DownloadCase.open();
    world.service.twist = ({ what }, response) => what === 'status' && refuse(response, status);
    await world.queue('page-1', 'video_1', { minutesAgo: 59 });
    expect((await world.until('page-1', 'expired', 'failed')).status).toBe('expired');
    expect(world.service.contentRequests()).toEqual([]);
  });
});

describe('a video that is not completed', () => {
  it.each(['queued', 'in_progress', 'something new'])(
    'but %s is asked again, and never for content',
    async (status) => {
      const world = await DownloadCase.open();
      world.service.job = () => ({ status: world.service.asked('status').length > 3 ? 'completed' : status });
      world.service.twist = ({ what }) => {
        if (what === 'video') expect(world.service.asked('status').length).toBe(4);
        return false;
      };
      await world.queue('page-1');
      expect((await world.until('page-1', 'completed')).retryCount).toBe(3);
    },
  );

  it('never becomes one that is over by itself: it expires', async () => {
    const world = await DownloadCase.open();
    world.service.job = () => ({ status: 'in_progress' });
    await world.queue('page-1', 'video_1', { minutesAgo: 59 });
    expect((await world.until('page-1', 'expired')).error).toContain('not completed yet');
    expect(world.service.contentRequests()).toEqual([]);
  });
});

describe('a job whose hour is over when it is queued', () => {
  it('is expired at once, without a request for content', async () => {
    const world = await DownloadCase.open();
    await world.queue('page-1', 'video_1', { minutesAgo: 61 });
    expect(world.manager.getDownloadStatus('page-1')).toMatchObject({ status: 'expired', error: OVER });
    expect(world.service.contentRequests()).toEqual([]);
    expect(world.events.map(({ kind, message }) => [kind, message])).toContainEqual([
      'expired',
      '[Download Manager] Download window expired for video_1',
    ]);
  });

  it('is downloaded if the service says that it keeps the video longer', async () => {
    const world = await DownloadCase.open();
    const untilMs = world.clock.now() + 7_200_000;
    world.service.job = () => ({ expires_at: inSeconds(untilMs) });
    await world.queue('page-1', 'video_1', { minutesAgo: 61 });
    expect((await world.until('page-1', 'completed')).expiresAt.getTime()).toBe(untilMs);
  });

  it('is expired even if the service does not answer', async () => {
    const world = await DownloadCase.open();
    world.service.twist = (_, response) => refuse(response, 503);
    await world.queue('page-1', 'video_1', { minutesAgo: 61 });
    expect(world.manager.getDownloadStatus('page-1')?.status).toBe('expired');
  });

  it('leaves its version number to the next one', async () => {
    const world = await DownloadCase.open();
    await world.queue('page-1', 'video_1', { minutesAgo: 61 });
    await world.queue('page-1', 'video_1');
    expect((await world.until('page-1', 'completed')).downloadedAssets[0]?.version).toBe(1);
  });
});

describe('the deadline', () => {
  it.each<[string, (nowMs: number) => unknown, number]>([
    ['seconds', (nowMs) => inSeconds(nowMs) + 86_400, 86_400_000],
    ['milliseconds', (nowMs) => nowMs + 86_400_000, 86_400_000],
    ['text', (nowMs) => new Date(nowMs + 86_400_000).toISOString(), 86_400_000],
    ['sooner than an hour', (nowMs) => inSeconds(nowMs) + 600, 600_000],
    ['nothing', () => null, 3_600_000],
    ['zero', () => 0, 3_600_000],
  ])('is what the service says, in %s', async (_what, expiresAt, lifetimeMs) => {
    const world = await DownloadCase.open();
    const startMs = world.clock.now();
    world.service.job = () => ({ expires_at: expiresAt(startMs), created_at: inSeconds(startMs) - 60 });
    await world.queue('page-1');
    expect((await world.until('page-1', 'completed')).expiresAt.getTime()).toBe(startMs + lifetimeMs);
  });

  it.each([
    [0, Date.parse(NO_END)],
    [5 * 3_600_000, undefined],
  ])('comes after the lifetime that the manager was given: %d', async (assetLifetimeMs, endMs) => {
    const world = await DownloadCase.open({ assetLifetimeMs });
    const startMs = world.clock.now();
    await world.queue('page-1', 'video_1', { minutesAgo: 120 });
    const job = await world.until('page-1', 'completed');
    expect(job.expiresAt.getTime()).toBe(endMs ?? startMs - 7_200_000 + assetLifetimeMs);
  });

  it('does not end a transfer under way: that goes on until the service refuses it', async () => {
    const world = await DownloadCase.open({ auto: false });
    const film = world.service.files.video;
    world.service.twist = ({ what, nth, range }, response) => {
      if (what !== 'video') return false;
      if (nth === 0) return cutAfter(response, film, 900);
      return nth === 1 ? cutAfterRange(response, film, range) : sendFile(response, film, range);
    };
    await world.queue('page-1', 'video_1', { minutesAgo: 59.99 });
    await expect.poll(() => world.manager.getDownloadStatus('page-1')?.retryCount).toBe(1);
    await world.clock.advance(5000);
    await expect.poll(() => world.manager.getDownloadStatus('page-1')?.retryCount).toBe(2);
    await world.clock.advance(5000);
    await world.until('page-1', 'completed');
    expect(world.service.asked('video').map(({ range }) => range)).toEqual([undefined, 'bytes=900-', 'bytes=1500-']);
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

function cutAfterRange(
  response: Parameters<typeof cutAfter>[0],
  { body, type }: { body: Buffer; type: string },
  range: string | undefined,
): true {
  expect(range).toBe('bytes=900-');
  response.writeHead(206, {
    ...{ 'content-type': type, etag: `"${body.length}"`, 'content-length': body.length - 900 },
    'content-range': `bytes 900-${body.length - 1}/${body.length}`,
  });
  response.write(body.subarray(900, 1500), () => response.destroy());
  return true;
}
