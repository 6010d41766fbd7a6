import { describe, expect, it, onTestFinished } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import type { VideoLook } from '#lib/openai-videos/assets/fetch/context.ts';
import { type WatchRecord, watchFormat } from '#lib/openai-videos/assets/watch/watch-record.ts';
import { type StatusPollerOptions, startStatusPoller } from '#lib/openai-videos/status-poller.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { DownloadCase } from '../fixtures/openai-videos/download-case.ts';
import { VirtualClock } from '../fixtures/virtual-clock.ts';

const video = { notionPageId: 'page-1', soraVideoId: 'video_1', batchId: 'BATCH_1' };
const notAsked = () => expect.unreachable();
type Queued = [page: string, video: string, batch: string, completedAt: Date];

/** A poller of a service in memory. `answer` gets how often it was asked before. */
function open(answer: (nth: number) => VideoLook, options: StatusPollerOptions = {}) {
  const clock = options.clock instanceof VirtualClock ? options.clock : new VirtualClock();
  const store = createMemoryStore<WatchRecord>({ format: watchFormat, clock });
  const queued: Queued[] = [];
  const looks: string[] = [];
  const another = (more: StatusPollerOptions = {}) => {
    const poller = startStatusPoller({
      ...{ clock, store, notion: false, every: () => () => {} },
      manager: { queueDownload: async (...all) => void queued.push(all) },
      service: {
        baseUrl: 'http://127.0.0.1:9/v1',
        retrieve: async (id) => answer(looks.push(id) - 1),
      },
      ...options,
      ...more,
    });
    onTestFinished(() => poller.stop());
    return poller;
  };
  return { clock, store, queued, looks, another, poller: another() };
}
const isOver = (store: { listSync(): readonly unknown[] }) =>
  expect.poll(() => store.listSync(), { interval: 2 }).toEqual([]);

describe('a watched video', () => {
  it('is followed to its completion, and its download is queued with the time of the service', async () => {
    const completed: string[] = [];
    const world = await DownloadCase.open();
    const completedAt = Math.floor(world.clock.now() / 1000) - 30;
    world.service.job = () =>
      world.service.asked('status').length > 5
        ? { status: 'completed', completed_at: completedAt, created_at: completedAt - 60 }
        : { status: 'in_progress' };
    const { poller, store } = open(notAsked, {
      ...{ clock: world.clock, manager: world.manager, service: undefined, baseUrl: world.service.baseUrl },
      onVideoComplete: (page) => completed.push(page),
    });
    await poller.watch(video);
    const job = await world.until('page-1', 'completed');
    expect(job.completedAt.getTime()).toBe(completedAt * 1000);
    expect(completed).toEqual(['page-1']);
    await isOver(store);
    expect(world.clock.waits.slice(0, 5).map((ms) => Math.round(ms / 1000))).toEqual([1, 2, 4, 8, 15]);
  });

  it('is watched once, however often it is named', async () => {
    const { store, looks, queued, poller } = open(() => ({ status: 'completed' }));
    await Promise.all([poller.watch(video), poller.watch(video), poller.watch(video)]);
    await isOver(store);
    expect(looks).toHaveLength(1);
    expect(queued).toHaveLength(1);
  });

  it.each(['auth', 'not-found', 'provider-failed', 'network'] as const)('is not given up for %s', async (code) => {
    const { store, queued, poller } = open((nth) => {
      if (nth < 8) throw new ReelError(code, 'no');
      return { status: 'completed' };
    });
    await poller.watch(video);
    await isOver(store);
    expect(queued).toHaveLength(1);
  });

  it('that failed ends, and is reported', async () => {
    const failed: unknown[] = [];
    const told: unknown[] = [];
    const { store, queued, poller } = open(() => ({ status: 'failed', error: { code: 'x', message: 'No.' } }), {
      onVideoFailed: (page, reason) => failed.push([page, reason]),
      notion: {
        queueUpdate: async (...all) => void told.push(all),
        logVideoError: async (...all) => void told.push(all),
      },
    });
    await poller.watch(video);
    await isOver(store);
    expect(failed).toEqual([['page-1', 'The video is failed: No.']]);
    expect(told).toEqual([
      ['page-1', 'generation_failed', 'The video is failed: No.', { soraVideoId: 'video_1' }],
      ['page-1', { status: 'Failed' }],
    ]);
    expect(queued).toEqual([]);
  });

  it('is downloaded even if the callback throws, and a log is told', async () => {
    const messages: string[] = [];
    const { store, queued, poller } = open(() => ({ status: 'completed' }), {
      onVideoComplete: () => {
        throw new Error('of the caller');
      },
      onEvent: ({ message }) => messages.push(message),
    });
    await poller.watch(video);
    await isOver(store);
    expect(queued).toHaveLength(1);
    expect(messages).toEqual([
      '[Poller] onVideoComplete failed for video_1: of the caller',
      '[Poller] Queueing asset download for video_1',
    ]);
  });

  it('is announced first, and downloaded once the callback has ended', async () => {
    const calls: string[] = [];
    let end = () => {};
    const { clock, store, poller } = open(() => ({ status: 'completed' }), {
      clock: new VirtualClock({ auto: false }),
      onVideoComplete: (...all) => {
        calls.push(`onVideoComplete ${JSON.stringify(all)}`);
        return new Promise<void>((resolve) => {
          end = resolve;
        });
      },
      manager: { queueDownload: async (page) => void calls.push(`queueDownload ${page}`) },
    });
    await poller.watch(video);
    await clock.advance(9999);
    expect(calls).toEqual([`onVideoComplete ${JSON.stringify(['page-1', video])}`]);
    end();
    await isOver(store);
    expect(calls.at(-1)).toBe('queueDownload page-1');
  });

  it('is downloaded though the callback hangs', async () => {
    const { store, queued, poller } = open(() => ({ status: 'completed' }), {
      onVideoComplete: () => new Promise(() => {}),
    });
    await poller.watch(video);
    await isOver(store);
    expect(queued).toHaveLength(1);
  });

  it('at another base URL is reported, and followed once it is watched here', async () => {
    const messages: string[] = [];
    const clock = new VirtualClock({ auto: false });
    const { store, queued, another, poller } = open(() => ({ status: 'completed' }), { clock });
    const before = another({ service: { baseUrl: 'https://old.example/v1', retrieve: notAsked } });
    await before.stop();
    await before.watch(video);
    let tick = () => {};
    await poller.stop();
    const after = another({
      onEvent: ({ message }) => messages.push(message),
      every: (_ms, task) => {
        tick = task;
        return () => {};
      },
    });
    await clock.advance(60_000);
    tick();
    await clock.advance(0);
    expect(messages).toEqual([
      '[Poller] video_1 is not followed: it was made at https://old.example/v1, and the service is local server now. ' +
        'Set OPENAI_VIDEOS_BASE_URL back, or watch it again to ask for it here.',
    ]);
    expect(store.listSync()).toHaveLength(1);
    await after.watch(video);
    await isOver(store);
    expect(queued).toHaveLength(1);
  });

  it('survives a restart between its completion and its download: the same time, so no second version', async () => {
    const { clock, store, queued, another, poller } = open(() => ({ status: 'completed' }));
    await poller.stop();
    const first = another({
      manager: {
        queueDownload: async (...all) => {
          queued.push(all);
          throw new Error('killed');
        },
      },
    });
    await first.watch(video);
    await expect.poll(() => store.listSync()[0]?.error, { interval: 2 }).toBe('killed');
    await first.stop();
    clock.set(clock.now() + 60_000);
    another();
    await isOver(store);
    expect(new Set(queued.map(([, , , completedAt]) => completedAt.getTime())).size).toBe(1);
  });

  it.each([{ soraVideoId: '' }, { batchId: '../x' }])('must have proper ids: %o', async (wrong) => {
    const { poller } = open(notAsked);
    await expect(poller.watch({ ...video, ...wrong })).rejects.toMatchObject({ code: 'invalid-input' });
  });
});
