import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '#lib/base/clock.ts';
import type { RateLimit } from '#lib/wanx/dashscope/rate-limit.ts';
import { VirtualClock } from '../fixtures/virtual-clock.ts';
import { answered, mostWithin, SlowServer, unanswered } from '../fixtures/wire/limited-requests.ts';

/** What a limit promises, wherever its slots are written down. Call it once for each form. */
export function describeRateLimit(
  name: string,
  createLimit: (limit: number, windowMs: number, clock: Clock) => RateLimit,
): void {
  let clock: VirtualClock;

  beforeEach(() => {
    clock = new VirtualClock();
  });

  describe(`${name}: the limit`, () => {
    it('holds in every window, in the order of asking, and no slower than it must be', async () => {
      const limit = createLimit(18, 1050, clock);
      const passed: Array<{ index: number; atMs: number }> = [];
      const startMs = clock.now();
      await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          limit.run(async () => {
            passed.push({ index, atMs: clock.now() });
            return answered();
          }),
        ),
      );
      expect(passed.map(({ index }) => index)).toEqual(Array.from({ length: 200 }, (_, index) => index));
      const times = passed.map(({ atMs }) => atMs);
      expect(mostWithin(1050, times)).toBe(18);
      // 200 requests are 12 windows; a hundredth more for looking when the answers are in.
      expect(clock.now() - startMs).toBeLessThanOrEqual(11 * 1050 * 1.01);
    });

    it('holds where requests arrive, however long they take', async () => {
      const limit = createLimit(18, 1050, clock);
      const server = new SlowServer(clock);
      // A first burst with handshakes, the following ones without.
      await Promise.all([server.hammer(limit, 18, 900), server.hammer(limit, 60, 20)]);
      await server.hammer(limit, 60, 3000);
      expect(server.arrivedAtMs).toHaveLength(138);
      expect(mostWithin(1000, server.arrivedAtMs)).toBeLessThanOrEqual(18);
    });

    it('counts what was not answered for another window, and gives its error on', async () => {
      const limit = createLimit(2, 1000, clock);
      const startMs = clock.now();
      await expect(limit.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
      expect(await limit.run(async () => ({ kind: 'failure' }))).toEqual({ kind: 'failure' });
      await limit.run(answered);
      expect(clock.now() - startMs).toBe(2000);
    });

    it('does not wait for ever for an answer', async () => {
      const limit = createLimit(1, 1000, clock);
      const startMs = clock.now();
      void limit.run(unanswered);
      await limit.run(answered);
      expect(clock.now() - startMs).toBe(16_000);
    });

    it('does not stall when the clock is set back by hours', async () => {
      const limit = createLimit(1, 1000, clock);
      void limit.run(unanswered);
      await limit.run(answered);
      clock.set(clock.now() - 3_600_000);
      const nowMs = clock.now();
      await limit.run(answered);
      expect(clock.now() - nowMs).toBe(1000);
    });
  });

  describe(`${name}: cancelling`, () => {
    beforeEach(() => {
      clock = new VirtualClock({ auto: false });
    });

    it('lets waiters go at once, the first and the one behind, without using up a place', async () => {
      const limit = createLimit(1, 1000, clock);
      await limit.run(answered);
      const [first, second] = [new AbortController(), new AbortController()];
      const asked: number[] = [];
      const ask = (index: number, signal?: AbortSignal) =>
        limit.run(async () => {
          asked.push(index);
          return answered();
        }, signal);
      const waiting = [ask(1, first.signal), ask(2, second.signal)];
      const next = ask(3);
      await clock.somebodyWaits();
      second.abort(new Error('enough'));
      await expect(waiting[1]).rejects.toMatchObject({ code: 'aborted' });
      first.abort();
      await expect(waiting[0]).rejects.toMatchObject({ code: 'aborted' });
      await clock.somebodyWaits();
      await clock.advance(1000);
      await next;
      expect(asked).toEqual([3]);
      expect(clock.pending).toBe(0);
    });

    it('refuses who was cancelled before', async () => {
      const limit = createLimit(1, 1000, clock);
      const aborted = limit.run(answered, AbortSignal.abort());
      await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
      await limit.run(answered);
      expect(clock.pending).toBe(0);
    });
  });
}
