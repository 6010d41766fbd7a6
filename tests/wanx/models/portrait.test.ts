import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models/find-model.ts';
import { PORTRAIT_MODELS } from '#lib/wanx/models/portrait.ts';
import type { Durations } from '#lib/wanx/models/traits.ts';
import { fileLimitsFor } from '#lib/wanx/uploads/file-limits.ts';

describe('the models that set a person in motion', () => {
  it.each([
    ['wan2.2-s2v', 'beijing'],
    ['wan2.2-animate-mix', 'beijing singapore'],
  ])('%s is served in %s', (id, regions) => {
    expect(findModel(id).regions).toEqual(regions.split(' '));
  });

  // Submissions a second and tasks at once, by the rate-limit page.
  it.each([
    ['wan2.2-s2v', 5, 1],
    ['wan2.2-animate-move', 5, 1],
  ])('%s may be asked %s times a second and does %s at once', (id, submitsPerSecond, concurrentTasks) => {
    expect(findModel(id)).toMatchObject({ submitsPerSecond, concurrentTasks });
  });

  // Seconds, resolutions and what a picture may weigh, by the model pages.
  it.each<[string, Durations, string, number]>([
    ['wan2.2-s2v', { min: 1, max: 20 }, '480P 720P', 20],
    ['wan2.2-animate-move', { min: 2, max: 30 }, '', 5],
  ])('%s makes %j s at %s, from pictures of %d MiB', (id, durations, resolutions, imageMib) => {
    const model = findModel(id);
    expect([model.durations, model.resolutions.join(' ')]).toEqual([durations, resolutions]);
    expect(fileLimitsFor(model, 'image').maxBytes).toBe(imageMib * 1024 * 1024);
  });

  it.each(Object.keys(PORTRAIT_MODELS))('%s takes no prompt, and is as long as what is put in', (id) => {
    expect(findModel(id)).toMatchObject({ promptLimit: 0, takesDuration: false, service: 'image2video', ratios: [] });
  });

  it('of speech needs its sound, those of motion its video', () => {
    expect(findModel('wan2.2-s2v')).toMatchObject({ needsAudioUrl: true, modes: ['image'] });
    for (const id of ['wan2.2-animate-move', 'wan2.2-animate-mix']) {
      expect(findModel(id)).toMatchObject({ modes: ['motion'], sound: 'source', resolutions: [] });
    }
  });
});
