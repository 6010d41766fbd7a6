import { describe, expect, it } from 'vitest';
import { Bandwidth } from '#lib/stores/assets/s3/client/bandwidth.ts';
import { VirtualClock } from '../../../../fixtures/virtual-clock.ts';

describe('a bandwidth', () => {
  it('is shared: what one has taken the other waits for', async () => {
    const clock = new VirtualClock();
    const bandwidth = new Bandwidth(1000, clock);
    const startMs = clock.now();
    await Promise.all([bandwidth.take(500), bandwidth.take(500), bandwidth.take(500)]);
    // The first goes at once.
    expect([clock.now() - startMs, clock.waits]).toEqual([1000, [500, 1000]]);
  });

  it('is not saved up while nothing is sent', async () => {
    const clock = new VirtualClock();
    const bandwidth = new Bandwidth(1000, clock);
    await clock.advance(60_000);
    await bandwidth.take(1000);
    await bandwidth.take(1000);
    expect(clock.waits).toEqual([1000]);
  });

  it.each([
    [1000, 131_072, 100],
    [5, 131_072, 1],
    [10_000_000, 131_072, 131_072],
    [undefined, 131_072, 131_072],
    [1000, 50, 50],
  ])('of %s bytes a second lets through at most %i at once: %i', (bytesPerSecond, most, piece) => {
    expect(new Bandwidth(bytesPerSecond, new VirtualClock()).pieceBytes(most)).toBe(piece);
  });

  it('without a limit never waits, and with one no longer than somebody wants it', async () => {
    const clock = new VirtualClock({ auto: false });
    await new Bandwidth(undefined, clock).take(1e12);
    const slow = new Bandwidth(1, clock);
    await slow.take(100);
    await expect(slow.take(1, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
  });
});
