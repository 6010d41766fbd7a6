import { describe, expect, it } from 'vitest';
import { type CapturePlace, CaptureQueue } from '#lib/jobs/capture-queue.ts';
import { VirtualClock } from '../fixtures/virtual-clock.ts';

const LATE_MS = 1000;

/** A queue with one place, and what happens to those who want it, in order. */
function onePlace() {
  const [queue, clock, told] = [new CaptureQueue(1), new VirtualClock({ auto: false }), [] as string[]];
  /** Takes the place, waits so long, and says so; `deadlineMs` may be undefined. */
  const capture = (name: string, deadlineMs: number | undefined, waitMs = 0, signal?: AbortSignal) =>
    queue.add(
      deadlineMs,
      async (place: CapturePlace) => {
        told.push(`${name} begins`);
        if (waitMs > 0) await place.clock(clock).wait(waitMs, signal);
        told.push(`${name} ends`);
      },
      signal,
    );
  return { queue, clock, told, capture };
}

describe('whoever waits in a place of the capture queue', () => {
  it.each([
    ['keeps it for 2 s', 2000, ['slow begins', 'slow ends', 'quick begins', 'quick ends']],
    ['gives it back for longer', 2001, ['slow begins', 'quick begins', 'quick ends', 'slow ends']],
  ])('%s', async (_name, waitMs, expected) => {
    const { clock, told, capture } = onePlace();
    const both = Promise.all([capture('slow', 1, waitMs), capture('quick', LATE_MS)]);
    await clock.advance(waitMs);
    await both;
    expect(told).toEqual(expected);
  });

  it('has it back by its deadline: after those who are in it, before those whose link dies later', async () => {
    const { queue, clock, told, capture } = onePlace();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const waits = capture('waits', 5, 10_000);
    const inside = queue.add(LATE_MS, () => gate);
    await clock.advance(10_000);
    const others = [capture('late', 6), capture('soon', 4)];
    expect(told).toEqual(['waits begins']);
    open();
    await Promise.all([waits, inside, ...others]);
    expect(told.slice(1)).toEqual(['soon begins', 'soon ends', 'waits ends', 'late begins', 'late ends']);
  });

  it('keeps the number at once: after many waits there are as many places as before', async () => {
    const { queue, clock } = { queue: new CaptureQueue(2), clock: new VirtualClock() };
    const counts = { atOnce: 0, most: 0 };
    const work = async () => {
      counts.most = Math.max(counts.most, ++counts.atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      counts.atOnce -= 1;
    };
    const one = (deadlineMs: number) =>
      queue.add(deadlineMs, async (place) => {
        for (let tries = 0; tries < 5; tries += 1) {
          await work();
          await place.clock(clock).wait(5000);
        }
        await work();
      });
    await Promise.all([1, 2, 3, 4, 5, 6].map(one));
    expect(counts).toEqual({ atOnce: 0, most: 2 });
  });
});

describe('whoever is stopped', () => {
  it('while waiting for a place goes at once, and takes none', async () => {
    const { queue, told, capture } = onePlace();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const inside = queue.add(1, () => gate);
    const stop = new AbortController();
    const stopped = capture('stopped', 2, 0, stop.signal);
    const next = capture('next', 3);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    open();
    await Promise.all([inside, next]);
    expect(told).toEqual(['next begins', 'next ends']);
    await expect(capture('never', 1, 0, stop.signal)).rejects.toMatchObject({ code: 'aborted' });
  });

  it.each([
    ['between two tries', 5000],
    ['while waiting to have its place again', 10_000],
  ])('%s gives back no place of others', async (_name, afterMs) => {
    const { queue, clock, told, capture } = onePlace();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const stop = new AbortController();
    const stopped = capture('stopped', 1, 10_000, stop.signal);
    const inside = queue.add(2, () => gate);
    await clock.advance(afterMs);
    stop.abort();
    await expect(stopped).rejects.toMatchObject({ code: 'aborted' });
    const next = capture('next', 3);
    await clock.advance(0);
    expect(told).toEqual(['stopped begins']);
    open();
    await Promise.all([inside, next]);
    expect(told.slice(1)).toEqual(['next begins', 'next ends']);
  });
});
