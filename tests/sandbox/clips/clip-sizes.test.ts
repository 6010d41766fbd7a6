import { describe, expect, it } from 'vitest';
import { LEGACY_SIZES, parseLegacySize, pictureSize, RATIOS, TIERS } from '#lib/sandbox/clips/clip-sizes.ts';

describe('the size of a tier and ratio', () => {
  it.each(RATIOS.flatMap((ratio) => TIERS.map((tier) => [tier, ratio] as const)))('%s %s', (tier, ratio) => {
    const { width, height } = pictureSize(tier, ratio);
    const [across = 0, down = 0] = ratio.split(':').map(Number);
    expect(Math.abs(Math.log(width / height / (across / down)))).toBeLessThan(0.03);
  });

  it('of HappyHorse’s own ratios, which have no 480P, is that of 720P', () => {
    expect(pictureSize('480P', '9:21')).toEqual(pictureSize('720P', '9:21'));
  });
});

describe('a legacy size', () => {
  it.each(TIERS.flatMap((tier) => LEGACY_SIZES[tier].map((size) => [size, tier] as const)))(
    '%s is %s',
    (size, tier) => {
      const [width, height] = size.split('*').map(Number);
      expect(parseLegacySize(size)).toMatchObject({ tier, width, height });
    },
  );

  it.each([
    ['1280*720', '16:9'],
    ['720*1280', '9:16'],
    ['960*960', '1:1'],
    ['1088*832', '4:3'],
    ['1248*1632', '3:4'],
  ])('%s has about the ratio %s', (size, ratio) => {
    expect(parseLegacySize(size)?.ratio).toBe(ratio);
  });

  it.each(['1280x720', '1281*720', '', '720P'])('%j is none', (size) => {
    expect(parseLegacySize(size)).toBeUndefined();
  });
});
