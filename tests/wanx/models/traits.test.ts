import { describe, expect, it } from 'vitest';
import { ALL_RATIOS, ALL_RESOLUTIONS, COMMON, FIVE_RATIOS, LEGACY_PIXELS } from '#lib/wanx/models/traits.ts';

const SIZES = ALL_RESOLUTIONS.flatMap((resolution) =>
  Object.entries(LEGACY_PIXELS[resolution]).map(([ratio, size]) => ({ resolution, ratio, size })),
);

describe('the pixels of the earliest protocol', () => {
  it.each(SIZES)(
    '$resolution at $ratio are $size: about its shape, and about its area',
    ({ resolution, ratio, size }) => {
      const [width = 0, height = 0] = size.split('*').map(Number);
      const [across = 0, down = 0] = ratio.split(':').map(Number);
      expect(Math.abs(width / height / (across / down) - 1)).toBeLessThan(0.03);
      const lines = Number.parseInt(resolution, 10);
      expect((width * height) / (lines * lines * (16 / 9))).toBeCloseTo(1, 0.5);
      // What an encoder of video takes.
      expect([width % 8, height % 8]).toEqual([0, 0]);
    },
  );

  it('are each another size', () => {
    expect(new Set(SIZES.map(({ size }) => size)).size).toBe(SIZES.length);
  });
});

it('what models have in common is among what there is', () => {
  expect(ALL_RESOLUTIONS).toEqual(expect.arrayContaining([...COMMON.resolutions]));
  expect(ALL_RATIOS).toEqual(expect.arrayContaining([...FIVE_RATIOS]));
  // Unknown is said so, and is not nothing.
  expect([COMMON.pricePerSecondUsd, COMMON.priceDate]).toEqual([null, null]);
});
