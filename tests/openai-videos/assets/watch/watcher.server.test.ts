import { describe, expect, it, onTestFinished } from 'vitest';
import { ReelError } from '#lib/base/errors.ts';
import { type WatchRecord, watchFormat, watchKey } from '#lib/openai-videos/assets/watch/watch-record.ts';
import { type Seen, Watcher, type WatcherOptions } from '#lib/openai-videos/assets/watch/watcher.server.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { VirtualClock } from '../../../fixtures/virtual-clock.ts';

const HOUR_MS = 3_600_000;
const ENDPOINT = 'http://127.0.0.1:9/v1';

/** A watcher on virtual time. `look` says what the service answers, by how often it was asked. */
function watching(look: (nth: number) => Seen, options: Partial<WatcherOptions> = {}) {
  const clock = new VirtualClock({ auto: false });
  const store = createMemoryStore<WatchRecord>({ format: watchFormat, clock });
  const looks: string[] = [];
  const told: unknown[] = [];
  const another = (owner: string) => {
    const watcher = new Watcher({
      ...{ store, clock, endpoint: ENDPOINT, every: () => () => {}, pollIntervalMs: 1000 },
      hold: { owner, ttlMs: 60_000, clock, isSurelyDead: () => false },
      look: async (id) => {
        looks.push(id);
        return look(looks.length);
      },
      onCompleted: async ({ soraVideoId }, completedAt) => void told.push([soraVideoId, completedAt.getTime()]),
      onEnded: async ({ soraVideoId }, reason) => void told.push([soraVideoId, reason]),
      onUnfollowed: ({ soraVideoId, endpoint }) => void told.push(`${soraVideoId} is at ${endpoint}`),
      ...options,
    });
    onTestFinished(() => watcher.stop());
    return watcher;
  };
  const watcher = another('this process');
  const put = async (changes: Partial<WatchRecord> = {}) => {
    const at = new Date(clock.now()).toISOString();
    const record: WatchRecord = {
      ...{ notionPageId: 'page-1', soraVideoId: 'video_1', batchId: 'B', endpoint: ENDPOINT },
      ...{ watchedSince: at, looks: 0, nextLookAt: at },
      ...changes,
    };
    await store.update(watchKey(record), () => record);
  };
  /** Lets everything run that is due within `ms`. */
  const pass = async (ms = 0) => {
    watcher.wake();
    for (let turns = 0; turns < 5; turns += 1) await clock.advance(0);
    await clock.advance(ms);
    for (let turns = 0; turns < 5; turns += 1) await clock.advance(0);
  };
  return { clock, store, looks, told, watcher, another, put, pass };
}

const failing = (error: Error) => () => {
  throw error;
};

describe('a look at a video', () => {
  const completedAt = new Date(Date.UTC(2026, 10, 20));
  it.each<[string, Seen, unknown[]]>([
    ['completed', { status: 'completed', completedAt }, [['video_1', completedAt.getTime()]]],
    ['completed, nobody says when', { status: 'completed' }, [['video_1', Date.UTC(2026, 10, 21)]]],
    ['failed', { status: 'failed', error: { code: 'x', message: 'No.' } }, [['video_1', 'The video is failed: No.']]],
    ['failed with a code', { status: 'failed', error: { code: 'x' } }, [['video_1', 'The video is failed: x']]],
    ['cancelled', { status: 'cancelled' }, [['video_1', 'The video is cancelled.']]],
    ['expired', { status: 'expired' }, [['video_1', 'The video is expired.']]],
  ])('that is %s is the last', async (_what, seen, expected) => {
    const { store, told, put, pass } = watching(() => seen);
    await put();
    await pass();
    expect(told).toEqual(expected);
    expect(store.listSync()).toEqual([]);
  });

  it.each<[string, () => Seen, string | undefined]>([
    ['in progress', () => ({ status: 'in_progress' }), undefined],
    ['something new', () => ({ status: 'paused' }), undefined],
    ['unknown', failing(new ReelError('not-found', '404')), '404'],
  ])('that is %s is followed by another one', async (_what, look, error) => {
    const { store, looks, told, put, pass } = watching(look);
    await put();
    await pass();
    expect(store.listSync()[0]).toMatchObject({ looks: 1, nextLookAt: '2026-11-21T00:00:01.000Z' });
    expect(store.listSync()[0]?.error).toBe(error);
    expect(store.listSync()[0]?.lease).toBeUndefined();
    await pass(1000);
    expect(looks).toHaveLength(2);
    expect(told).toEqual([]);
  });

  it('is not made for another service, nor before its time', async () => {
    const { looks, put, pass } = watching(() => ({ status: 'queued' }));
    await put({ endpoint: 'http://elsewhere/v1' });
    await put({ soraVideoId: 'video_2', nextLookAt: '2026-11-21T00:01:00.000Z' });
    await pass(59_000);
    expect(looks).toEqual([]);
    await pass(1000);
    expect(looks).toEqual(['video_2']);
  });

  it('is made by one process at a time', async () => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const { looks, put, pass, another } = watching(() => ({ status: 'completed' }), { onCompleted: () => held });
    await put();
    another('another process').wake();
    await pass();
    expect(looks).toHaveLength(1);
    letGo();
  });

  it('is made at eight videos at once, and then at the next ones', async () => {
    const waiting: Array<() => void> = [];
    let isHeld = true;
    const onCompleted = () => new Promise<void>((resolve) => (isHeld ? waiting.push(resolve) : resolve()));
    const { looks, put, pass } = watching(() => ({ status: 'completed' }), { onCompleted });
    for (let nth = 0; nth < 10; nth += 1) await put({ soraVideoId: `video_${nth}` });
    await pass();
    expect(looks).toHaveLength(8);
    waiting.shift()?.();
    await pass();
    expect(looks).toHaveLength(9);
    isHeld = false;
    for (const end of waiting) end();
    await pass();
    expect(looks).toHaveLength(10);
  });
});

describe('a completed video', () => {
  it('keeps its time over a restart, and is not looked at again', async () => {
    let isBroken = true;
    const times: number[] = [];
    const onCompleted = async (_record: WatchRecord, completedAt: Date) => {
      times.push(completedAt.getTime());
      if (isBroken) throw new Error('killed');
    };
    const { store, looks, put, pass } = watching(() => ({ status: 'completed' }), { onCompleted });
    await put();
    await pass();
    expect(store.listSync()[0]).toMatchObject({ error: 'killed', looks: 1 });
    isBroken = false;
    await pass(5000);
    expect(store.listSync()).toEqual([]);
    expect(times).toEqual([Date.UTC(2026, 10, 21), Date.UTC(2026, 10, 21)]);
    expect(looks).toHaveLength(1);
  });
});

describe('the completion of a video', () => {
  it('is announced before anything else, and not again if what follows fails', async () => {
    const calls: string[] = [];
    const { store, put, pass } = watching(() => ({ status: 'completed' }), {
      announce: async () => void calls.push('announce'),
      onCompleted: async () => {
        if (calls.push('complete') < 4) throw new Error('the disk is full');
      },
    });
    await put();
    for (let nth = 0; nth < 3; nth += 1) await pass(5000);
    expect(calls).toEqual(['announce', 'complete', 'complete', 'complete']);
    expect(store.listSync()).toEqual([]);
  });
});

describe('a video of another service', () => {
  const DAY_MS = 24 * HOUR_MS;
  const elsewhere = { endpoint: 'http://elsewhere/v1' };

  it('is reported once if nobody follows it, and kept', async () => {
    const { store, looks, told, put, pass } = watching(() => ({ status: 'queued' }));
    await put(elsewhere);
    await pass(59_000);
    await pass();
    expect(told).toEqual([]);
    await pass(1000);
    for (let nth = 0; nth < 3; nth += 1) await pass(DAY_MS);
    expect(told).toEqual(['video_1 is at http://elsewhere/v1']);
    expect(looks).toEqual([]);
    expect(store.listSync()).toMatchObject([elsewhere]);
  });

  it('is not reported while somebody follows it, nor at once after a pause of all processes', async () => {
    const { clock, told, put, pass } = watching(() => ({ status: 'queued' }));
    await put({ ...elsewhere, nextLookAt: '2026-09-01T00:00:00.000Z' });
    await pass();
    for (let minute = 0; minute < 5; minute += 1) {
      await put({ ...elsewhere, nextLookAt: new Date(clock.now() + 30_000).toISOString() });
      await pass(60_000);
      await pass();
    }
    expect(told).toEqual([]);
  });

  it('is given up after 30 days in which nobody looked at it', async () => {
    const { store, looks, told, put, pass } = watching(() => ({ status: 'queued' }));
    await put(elsewhere);
    await pass(30 * DAY_MS);
    await pass();
    expect(store.listSync()).toHaveLength(1);
    await pass(1);
    await pass();
    expect(told).toEqual([
      'video_1 is at http://elsewhere/v1',
      ['video_1', 'Nobody has asked http://elsewhere/v1, where it was made, for the video for 30 days.'],
    ]);
    expect(looks).toEqual([]);
    expect(store.listSync()).toEqual([]);
  });
});

describe('a video that nobody knows', () => {
  const unknown = failing(new ReelError('not-found', '404'));

  it('is asked for for a day, and then given up', async () => {
    const { clock, told, store, put, pass } = watching(unknown, { pollIntervalMs: HOUR_MS });
    await put();
    await pass();
    for (let hour = 0; hour < 24; hour += 1) await pass(HOUR_MS);
    expect(told).toEqual([]);
    expect(clock.now()).toBe(Date.UTC(2026, 10, 22));
    await pass(HOUR_MS);
    expect(told).toEqual([['video_1', 'The service has not known the video for a day: 404']]);
    expect(store.listSync()).toEqual([]);
  });

  it('is not given up at the first look after a pause of days', async () => {
    const { told, store, put, pass } = watching(unknown, { pollIntervalMs: HOUR_MS });
    await put({ watchedSince: '2026-11-18T00:00:00.000Z', looks: 3 });
    await pass();
    expect(told).toEqual([]);
    expect(store.listSync()).toHaveLength(1);
  });

  it('is counted from the start again once it was seen', async () => {
    const { told, put, pass } = watching(
      (nth) => {
        if (nth === 12) return { status: 'in_progress' };
        throw new ReelError('not-found', '404');
      },
      { pollIntervalMs: HOUR_MS },
    );
    await put();
    await pass();
    for (let hour = 0; hour < 30; hour += 1) await pass(HOUR_MS);
    expect(told).toEqual([]);
  });
});

describe('stopping', () => {
  it('ends the looks under way, which then say nothing', async () => {
    const { store, told, put, pass, watcher } = watching(() => ({ status: 'queued' }), {
      look: (_id, signal) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => reject(new ReelError('aborted', 'stopped')), { once: true }),
        ),
    });
    await put();
    await pass();
    await watcher.stop();
    expect(told).toEqual([]);
    expect(store.listSync()[0]?.lease).toBeUndefined();
    watcher.wake();
    await pass(10_000);
    expect(store.listSync()).toHaveLength(1);
  });
});
