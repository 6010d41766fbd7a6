import { describe, expect, it } from 'vitest';
import { findModel, listModels } from '#lib/wanx/models/find-model.ts';
import { longestSeconds, ratiosAt } from '#lib/wanx/models/limits.ts';
import { MODEL_FOR_MODE } from '#lib/wanx/models/table.ts';
import { QUALITIES } from '#lib/wanx/models/traits.ts';

describe('the model table', () => {
  it('knows every model of the API pages', () => {
    expect(listModels().map((model) => model.id)).toEqual([
      'wan3.0-video',
      'wan3.0-video-prime',
      'wan2.7-t2v',
      'wan2.7-t2v-2026-04-25',
      'wan2.7-t2v-2026-06-12',
      'wan2.7-i2v',
      'wan2.7-i2v-2026-04-25',
      'wan2.7-r2v',
      'wan2.7-r2v-2026-06-12',
      'wan2.7-videoedit',
      ...['t2v', 'i2v', 'r2v', 'video-edit'].map((kind) => `happyhorse-1.0-${kind}`),
      'wan2.6-t2v',
      'wan2.6-t2v-us',
      'wan2.6-i2v',
      'wan2.6-i2v-us',
      'wan2.6-i2v-flash',
      'wan2.6-r2v',
      'wan2.6-r2v-flash',
      'wan2.5-t2v-preview',
      'wan2.5-i2v-preview',
      'wan2.2-t2v-plus',
      'wan2.2-i2v-plus',
      'wan2.2-i2v-flash',
      'wan2.2-kf2v-flash',
      ...['t2v-turbo', 't2v-plus', 'i2v-turbo', 'i2v-plus', 'kf2v-plus', 'vace-plus'].flatMap((suffix) => [
        `wanx2.1-${suffix}`,
        `wan2.1-${suffix}`,
      ]),
      'wan2.2-s2v',
      'wan2.2-animate-move',
      'wan2.2-animate-mix',
    ]);
  });

  it.each(listModels())('$id is consistent with itself', (model) => {
    expect(model.modes.length).toBeGreaterThan(0);
    expect(longestSeconds(model.durations)).toBeGreaterThanOrEqual(5);
    for (const resolution of model.resolutions) {
      if (model.ratios.length > 0) expect(ratiosAt(model, resolution)).toContain('16:9');
    }
    const priced = Object.keys(model.pricePerSecondUsd ?? {});
    const has: readonly string[] = model.extras.includes('quality') ? QUALITIES : model.resolutions;
    expect(has).toEqual(expect.arrayContaining(priced));
    expect(model.priceDate !== null).toBe(model.pricePerSecondUsd !== null);
    expect(model.priceSource !== null).toBe(model.pricePerSecondUsd !== null);
    expect(model.silentPriceShare === 1 || model.sound === 'switch').toBe(true);
  });

  it.each(Object.entries(MODEL_FOR_MODE))('the model for %s does it', (mode, id) => {
    expect(findModel(id).modes).toContain(mode);
  });
});
