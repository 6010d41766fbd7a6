import { describe, expect, it, onTestFinished } from 'vitest';
import { type WatchRecord, watchFormat } from '#lib/openai-videos/assets/watch/watch-record.ts';
import { type StatusPollerOptions, startStatusPoller } from '#lib/openai-videos/status-poller.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { DownloadCase } from '../fixtures/openai-videos/download-case.ts';
import { refuse } from '../fixtures/openai-videos/video-service.ts';

async function open(options: StatusPollerOptions & { auto?: boolean } = {}) {
  const { auto = true, ...rest } = options;
  const world = await DownloadCase.open({ auto });
  const store = createMemoryStore<WatchRecord>({ format: watchFormat, clock: world.clock });
  const another = (more: StatusPollerOptions = {}) => {
    const poller = startStatusPoller({
      ...{ baseUrl: world.service.baseUrl, manager: world.manager, notion: false, clock: world.clock, store },
      every: () => () => {},
      ...rest,
      ...more,
    });
    onTestFinished(() => poller.stop());
    return poller;
  };
  return { world, store, another, poller: another() };
}

const video = { notionPageId: 'page-1', soraVideoId: 'video_1', batchId: 'BATCH_1' };

describe('a watched video', () => {
  it('is followed to its completion, and its download is queued with the time of the service', async () => {
    const completed: string[] = [];
    const { world, store, poller } = await open({ onVideoComplete: (page) => completed.push(page) });
    const completedAt = Math.floor(world.clock.now() / 1000) - 30;
    world.service.job = () =>
      world.service.asked('status').length > 5
        ? { status: 'completed', completed_at: completedAt, created_at: completedAt - 60 }
        : { status: 'in_progress' };
    await poller.watch(video);
    expect(store.listSync()).toHaveLength(1);
    const job = await world.until('page-1', 'completed');
    expect(job.completedAt.getTime()).toBe(completedAt * 1000);
    expect(completed).toEqual(['page-1']);
    await expect.poll(() => store.listSync()).toEqual([]);
    expect(world.clock.waits.slice(0, 5).map((ms) => Math.round(ms / 1000))).toEqual([1, 2, 4, 8, 15]);
  });

  it('is watched once, however often it is named', async () => {
    const { world, poller, store } = await open({ auto: false });
    world.service.job = () => ({ status: 'queued' });
    await Promise.all([poller.watch(video), poller.watch(video), poller.watch(video)]);
    await expect.poll(() => store.listSync()[0]?.looks).toBe(1);
    expect(world.service.asked('status')).toHaveLength(1);
  });

  it.each([401, 404, 500])('is not given up for %d', async (status) => {
    const { world, poller } = await open();
    world.service.twist = ({ what, nth }, response) => what === 'status' && nth < 8 && refuse(response, status);
    await poller.watch(video);
    await world.until('page-1', 'completed');
  });

  it('that failed ends, and is reported', async () => {
    const failed: unknown[] = [];
    const told: unknown[] = [];
    const { world, poller, store } = await open({
      onVideoFailed: (page, reason) => failed.push([page, reason]),
      notion: {
        queueUpdate: async (...all) => void told.push(all),
        logVideoError: async (...all) => void told.push(all),
      },
    });
    world.service.job = () => ({ status: 'failed', error: { code: 'moderation_blocked', message: 'No.' } });
    await poller.watch(video);
    await expect.poll(() => store.listSync()).toEqual([]);
    expect(failed).toEqual([['page-1', 'The video is failed: No.']]);
    expect(told).toEqual([
      ['page-1', 'generation_failed', 'The video is failed: No.', { soraVideoId: 'video_1' }],
      ['page-1', { status: 'Failed' }],
    ]);
    expect(world.manager.getDownloadStatus('page-1')).toBeUndefined();
  });

  it('is downloaded even if the callback throws', async () => {
    const { world, poller, store } = await open({
      onVideoComplete: () => {
        throw new Error('of the caller');
      },
    });
    await poller.watch(video);
    await world.until('page-1', 'completed');
    await expect.poll(() => store.listSync()).toEqual([]);
  });

  it('survives a restart between its completion and its download: no second version', async () => {
    let isBroken = true;
    const { world, another, poller, store } = await open({ auto: false });
    await poller.stop();
    const manager = {
      queueDownload: async (...all: Parameters<typeof world.manager.queueDownload>) => {
        await world.manager.queueDownload(...all);
        if (isBroken) throw new Error('killed');
      },
    };
    const first = another({ manager });
    await first.watch(video);
    await expect.poll(() => store.listSync()[0]?.error).toBe('killed');
    await first.stop();
    isBroken = false;
    await world.clock.advance(60_000);
    another();
    await expect.poll(() => store.listSync()).toEqual([]);
    await world.until('page-1', 'completed');
    expect(world.files().filter((name) => name.endsWith('.mp4'))).toEqual(['video_1_V1.mp4']);
  });

  it('is looked at by one of two pollers at a time', async () => {
    const { world, another, poller } = await open();
    another();
    world.service.job = () => ({ status: world.service.asked('status').length > 20 ? 'completed' : 'queued' });
    for (let nth = 0; nth < 10; nth += 1)
      await poller.watch({ ...video, notionPageId: `page-${nth}`, soraVideoId: `v${nth}` });
    for (let nth = 0; nth < 10; nth += 1) await world.until(`page-${nth}`, 'completed');
    expect(world.service.asked('video')).toHaveLength(10);
  });

  it.each([{ soraVideoId: '' }, { batchId: '../x' }])('must have proper ids: %o', async (wrong) => {
    const { poller } = await open();
    await expect(poller.watch({ ...video, ...wrong })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
