import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models/find-model.ts';
import { HAPPYHORSE_MODELS } from '#lib/wanx/models/happyhorse.ts';
import type { Durations } from '#lib/wanx/models/traits.ts';
import { fileLimitsFor } from '#lib/wanx/uploads/file-limits.ts';

describe('HappyHorse', () => {
  it.each([['happyhorse-1.0-t2v', 'beijing singapore us frankfurt']])('%s is served in %s', (id, regions) => {
    expect(findModel(id).regions).toEqual(regions.split(' '));
  });

  // Submissions a second and tasks at once, by the rate-limit page.
  it.each([['happyhorse-1.0-video-edit', 5, 5]])(
    '%s may be asked %s times a second and does %s at once',
    (id, submitsPerSecond, concurrentTasks) => {
      expect(findModel(id)).toMatchObject({ submitsPerSecond, concurrentTasks });
    },
  );

  // Seconds, resolutions and what a picture may weigh, by the model pages.
  it.each<[string, Durations, string, number]>([
    ['happyhorse-1.0-t2v', { min: 3, max: 15 }, '720P 1080P', 20],
    ['happyhorse-1.0-video-edit', { min: 3, max: 15 }, '720P 1080P', 20],
  ])('%s makes %j s at %s, from pictures of %d MiB', (id, durations, resolutions, imageMib) => {
    const model = findModel(id);
    expect([model.durations, model.resolutions.join(' ')]).toEqual([durations, resolutions]);
    expect(fileLimitsFor(model, 'image').maxBytes).toBe(imageMib * 1024 * 1024);
  });

  it.each(Object.keys(HAPPYHORSE_MODELS))('%s has the options of its page, and no others', (id) => {
    const model = findModel(id);
    const isEdit = id.endsWith('video-edit');
    expect(model).toMatchObject({ chineseCountsTwice: true, negativePromptLimit: null, sound: 'always' });
    expect(model.extras).toEqual(isEdit ? ['watermark', 'seed', 'audioSetting'] : ['watermark', 'seed']);
    expect(model.billedInputSeconds).toBe(isEdit ? 15 : 0);
    // The length of an edit is that of its video.
    expect(model.takesDuration).toBe(!isEdit);
  });
});
