import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models/find-model.ts';
import { LEGACY_MODELS } from '#lib/wanx/models/legacy.ts';
import type { Durations } from '#lib/wanx/models/traits.ts';
import { fileLimitsFor } from '#lib/wanx/uploads/file-limits.ts';

describe('wan2.1 to wan2.6', () => {
  it.each([
    ['wan2.6-t2v', 'beijing singapore us frankfurt'],
    ['wan2.6-i2v', 'beijing singapore us frankfurt'],
    ['wan2.6-r2v', 'beijing singapore us frankfurt'],
    ['wan2.6-i2v-flash', 'beijing singapore'],
    ['wan2.6-t2v-us', 'us'],
    ['wan2.6-i2v-us', 'us'],
    ['wanx2.1-kf2v-plus', 'beijing'],
    ['wan2.1-kf2v-plus', 'singapore'],
  ])('%s is served in %s', (id, regions) => {
    expect(findModel(id).regions).toEqual(regions.split(' '));
  });

  // Submissions a second and tasks at once, by the rate-limit page.
  it.each([
    ['wan2.5-t2v-preview', 5, 5],
    ['wan2.2-kf2v-flash', 2, 2],
    ['wanx2.1-kf2v-plus', 2, 2],
    ['wan2.1-kf2v-plus', 1, 2],
  ])('%s may be asked %s times a second and does %s at once', (id, submitsPerSecond, concurrentTasks) => {
    expect(findModel(id)).toMatchObject({ submitsPerSecond, concurrentTasks });
  });

  // Seconds, resolutions and what a picture may weigh, by the model pages.
  it.each<[string, Durations, string, number]>([
    ['wan2.6-t2v-us', [5, 10], '720P 1080P', 20],
    ['wan2.6-i2v', { min: 2, max: 15 }, '720P 1080P', 20],
    ['wan2.6-i2v-us', [5, 10, 15], '720P 1080P', 20],
    ['wan2.6-r2v-flash', { min: 2, max: 10 }, '720P 1080P', 20],
    ['wan2.5-i2v-preview', [5, 10], '480P 720P 1080P', 20],
    ['wan2.2-t2v-plus', [5], '480P 1080P', 10],
    ['wan2.2-i2v-plus', [5], '480P 1080P', 10],
    ['wan2.2-i2v-flash', [5], '480P 720P 1080P', 10],
    ['wan2.2-kf2v-flash', [5], '480P 720P 1080P', 10],
    ['wanx2.1-i2v-turbo', [3, 4, 5], '480P 720P', 10],
    ['wan2.1-i2v-turbo', [3, 4, 5], '480P 720P', 10],
    ['wan2.1-i2v-plus', [5], '720P', 10],
    ['wanx2.1-kf2v-plus', [5], '720P', 10],
    ['wan2.1-vace-plus', [5], '720P', 10],
  ])('%s makes %j s at %s, from pictures of %d MiB', (id, durations, resolutions, imageMib) => {
    const model = findModel(id);
    expect([model.durations, model.resolutions.join(' ')]).toEqual([durations, resolutions]);
    expect(fileLimitsFor(model, 'image').maxBytes).toBe(imageMib * 1024 * 1024);
  });

  it.each(['t2v-turbo', 't2v-plus', 'i2v-turbo', 'i2v-plus', 'kf2v-plus', 'vace-plus'])(
    'spell 2.1 %s in two ways, of which each is served in one place',
    (suffix) => {
      expect(findModel(`wanx2.1-${suffix}`).regions).toEqual(['beijing']);
      expect(findModel(`wan2.1-${suffix}`).regions).toEqual(['singapore']);
    },
  );

  it.each([
    ['wan2.2-t2v-plus', 'silent', true],
    ['wan2.5-t2v-preview', 'always', true],
    ['wan2.6-i2v-flash', 'switch', false],
    ['wan2.6-r2v', 'always', true],
  ])('%s makes its sound %s, and is told pixels: %s', (id, sound, sizedByPixels) => {
    expect(findModel(id)).toMatchObject({ sound, sizedByPixels });
  });

  it('know prices of their own for a video without sound only where the list has them', () => {
    const halved = Object.entries(LEGACY_MODELS).filter(([, { silentPriceShare }]) => silentPriceShare !== 1);
    expect(halved.map(([id]) => id)).toEqual(['wan2.6-i2v-flash', 'wan2.6-r2v-flash']);
  });
});
