import { describe, expect, it } from 'vitest';
import { Bandwidth } from '#lib/openai-videos/assets/run/bandwidth.ts';
import { FakeClock } from '../../../fixtures/fake-clock.ts';

describe('a bandwidth', () => {
  it('lets each piece wait for those before it', async () => {
    const clock = new FakeClock();
    const bandwidth = new Bandwidth(1000, clock);
    for (let piece = 0; piece < 4; piece += 1) await bandwidth.take(1000);
    expect(clock.waits).toEqual([750, 1000, 1000, 1000]);
  });

  it('is shared by pieces that come at the same time', async () => {
    const waits: number[] = [];
    const bandwidth = new Bandwidth(1000, { now: () => 0, wait: async (ms) => void waits.push(ms) });
    await Promise.all([bandwidth.take(500), bandwidth.take(500), bandwidth.take(500)]);
    expect(waits).toEqual([250, 750, 1250]);
  });

  it('is not saved up in a pause', async () => {
    const clock = new FakeClock();
    const bandwidth = new Bandwidth(1000, clock);
    await bandwidth.take(10);
    clock.advance(3_600_000);
    await bandwidth.take(2000);
    expect(clock.waits).toEqual([1750]);
  });
});
