import { beforeEach, describe, expect, it } from 'vitest';
import { QUERIES_PER_SECOND, RateLimit, rateLimitFor } from '#lib/wanx/dashscope/rate-limit.ts';
import { VirtualClock } from '../../fixtures/virtual-clock.ts';
import { FakeDashScope, TASK_ID, taskAnswer, testClient } from '../../fixtures/wire/dashscope.ts';
import { mockNetwork } from '../../fixtures/wire/mock-network.ts';

const provider = new FakeDashScope();
mockNetwork(provider.handler);

describe('the limit', () => {
  it('holds in every window, in the order of asking, and no slower than it must be', async () => {
    const clock = new VirtualClock();
    const limit = new RateLimit(18, 1050, clock);
    const departed: Array<{ index: number; atMs: number }> = [];
    const startMs = clock.now();
    const depart = async (index: number) => {
      await limit.acquire();
      departed.push({ index, atMs: clock.now() - startMs });
    };
    await Promise.all(Array.from({ length: 60 }, (_, index) => depart(index)));
    expect(departed).toEqual(departed.map((_, index) => ({ index, atMs: Math.floor(index / 18) * 1050 })));
    expect(departed).toHaveLength(60);
  });

  it('slides: a late half of a window delays the next one', async () => {
    const clock = new VirtualClock();
    const limit = new RateLimit(2, 1000, clock);
    const startMs = clock.now();
    await limit.acquire();
    await clock.wait(900);
    await limit.acquire();
    await limit.acquire();
    expect(clock.now() - startMs).toBe(1000);
    await limit.acquire();
    expect(clock.now() - startMs).toBe(1900);
  });

  it('does not stall when the clock is set back by hours', async () => {
    const clock = new VirtualClock();
    const limit = new RateLimit(1, 1000, clock);
    await limit.acquire();
    clock.set(clock.now() - 3_600_000);
    const nowMs = clock.now();
    await limit.acquire();
    expect(clock.now() - nowMs).toBe(1000);
  });
});

describe('cancelling', () => {
  let clock: VirtualClock;
  beforeEach(() => {
    clock = new VirtualClock({ auto: false });
  });

  it('lets waiters go at once, the first and the one behind, without using up a place', async () => {
    const limit = new RateLimit(1, 1000, clock);
    await limit.acquire();
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [limit.acquire(first.signal), limit.acquire(second.signal)];
    const next = limit.acquire();
    await clock.somebodyWaits();
    second.abort(new Error('enough'));
    await expect(waiting[1]).rejects.toMatchObject({ code: 'aborted' });
    first.abort();
    await expect(waiting[0]).rejects.toMatchObject({ code: 'aborted' });
    await clock.somebodyWaits();
    await clock.advance(1000);
    await next;
    expect(clock.pending).toBe(0);
  });

  it('refuses who was cancelled before', async () => {
    const limit = new RateLimit(1, 1000, clock);
    await expect(limit.acquire(AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    await limit.acquire();
    expect(clock.pending).toBe(0);
  });
});

describe('one process', () => {
  it('has one limit for a name and a clock', () => {
    const clock = new VirtualClock();
    expect(rateLimitFor('a', 1, clock)).toBe(rateLimitFor('a', 1, clock));
    expect(rateLimitFor('a', 1, clock)).not.toBe(rateLimitFor('b', 1, clock));
    expect(rateLimitFor('a', 1, clock)).not.toBe(rateLimitFor('a', 1, new VirtualClock()));
  });

  it('keeps the documented limit over all its clients, and counts another key apart', async () => {
    const clock = new VirtualClock();
    provider.answer(taskAnswer('PENDING'));
    const query = (apiKey?: string) => testClient({ clock, ...(apiKey && { apiKey }) }).getTask(TASK_ID);
    const startMs = clock.now();
    await Promise.all(Array.from({ length: QUERIES_PER_SECOND }, () => query()));
    await query('sk-another');
    expect(clock.now() - startMs).toBe(0);
    await query();
    expect(clock.now() - startMs).toBeGreaterThan(1000);
  });

  it('keeps the documented limit of submissions of a model', async () => {
    const clock = new VirtualClock();
    provider.answer(taskAnswer('PENDING'));
    const startMs = clock.now();
    await Promise.all(Array.from({ length: 6 }, () => testClient({ clock }).submit({ prompt: 'a harbour' })));
    // Five a second, by the rate-limit page.
    expect(clock.now() - startMs).toBeGreaterThan(1000);
    expect(clock.now() - startMs).toBeLessThan(2000);
  });
});
