import { describe, expect, it } from 'vitest';
import { RateLimit, sharedLimit } from '#lib/wanx/rate-limit.ts';
import { VirtualClock } from '../fixtures/virtual-clock.ts';

describe('RateLimit', () => {
  it('lets no more than the limit pass in any window, in the order of asking', async () => {
    const clock = new VirtualClock();
    const limit = new RateLimit(18, 1050, clock);
    const passed: Array<{ index: number; atMs: number }> = [];
    const startMs = clock.now();
    await Promise.all(
      Array.from({ length: 500 }, async (_, index) => {
        await limit.pass();
        passed.push({ index, atMs: clock.now() });
      }),
    );
    expect(passed.map((entry) => entry.index)).toEqual(Array.from({ length: 500 }, (_, index) => index));
    for (const { atMs } of passed) {
      expect(passed.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1050).length).toBeLessThanOrEqual(18);
    }
    // No slower than it must be: 500 passes are 28 windows.
    expect(clock.now() - startMs).toBe(27 * 1050);
  });

  it('lets a waiter go when it is cancelled, without using up a place', async () => {
    const clock = new VirtualClock({ auto: false });
    const limit = new RateLimit(1, 1000, clock);
    await limit.pass();
    const controller = new AbortController();
    const waiting = limit.pass(controller.signal);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    const next = limit.pass();
    await clock.advance(1000);
    await next;
    expect(clock.pending).toBe(0);
  });

  it('does not stall when the system clock is set back by hours', async () => {
    const clock = new VirtualClock();
    const limit = new RateLimit(1, 1000, clock);
    await limit.pass();
    clock.set(clock.now() - 3_600_000);
    const nowMs = clock.now();
    await limit.pass();
    expect(clock.now() - nowMs).toBeLessThanOrEqual(1000);
  });

  it('is one for a name and a clock', () => {
    const clock = new VirtualClock();
    expect(sharedLimit('a', 1, clock)).toBe(sharedLimit('a', 1, clock));
    expect(sharedLimit('a', 1, clock)).not.toBe(sharedLimit('b', 1, clock));
    expect(sharedLimit('a', 1, clock)).not.toBe(sharedLimit('a', 1, new VirtualClock()));
  });
});
