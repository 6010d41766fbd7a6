import { describe, expect, it } from 'vitest';
import { priceOf, timesUsd } from '#lib/openai-videos/prices.ts';

describe('the price of a model', () => {
  it.each([
    ['sora-2', '720x1280', 0.1],
    ['sora-2-2025-12-08', '1280x720', 0.1],
    ['openai/sora-2', '1280x720', 0.1],
    ['azure/sora-2-pro-2025-10-06', '1792x1024', 0.5],
    ['sora-2-pro', '1080x1920', 0.7],
  ])('%s at %s is %d a second', (model, size, unitUsd) => {
    expect(priceOf(model, size)).toEqual({ unit: 'second', unitUsd, priceDate: '2026-09-24' });
  });

  it.each([
    ['sora-2', undefined],
    ['sora-2', '1792x1024'],
    ['sora-3', '1280x720'],
    ['wan2.2-t2v', '1280x720'],
    ['constructor', '1280x720'],
    [undefined, '1280x720'],
  ])('%s at %s is unknown', (model, size) => {
    expect(priceOf(model, size)).toBeUndefined();
  });

  it('may be the caller’s own, by the second or by the video, whatever the table says', () => {
    const own = {
      'sora-2': { usdPerVideo: 0.4 },
      wan: { usdPerSecond: { '1280x720': 0.02 } },
      'my/model': { usdPerSecond: 0 },
    };
    expect(priceOf('openai/sora-2', '1280x720', own)).toEqual({ unit: 'video', unitUsd: 0.4 });
    expect(priceOf('wan', '1280x720', own)).toEqual({ unit: 'second', unitUsd: 0.02 });
    expect(priceOf('wan', '720x1280', own)).toBeUndefined();
    expect(priceOf('my/model', undefined, own)).toEqual({ unit: 'second', unitUsd: 0 });
  });

  it('has no remainders of floats', () => {
    expect(timesUsd(0.1, 3)).toBe(0.3);
  });
});
