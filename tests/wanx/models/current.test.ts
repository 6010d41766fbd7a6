import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models/find-model.ts';
import type { Durations } from '#lib/wanx/models/traits.ts';
import { fileLimitsFor } from '#lib/wanx/uploads/file-limits.ts';

describe('wan2.7 and wan3.0', () => {
  it.each([
    ['wan3.0-video', 'beijing singapore us frankfurt tokyo hongkong'],
    ['wan2.7-t2v', 'beijing singapore'],
  ])('%s is served in %s', (id, regions) => {
    expect(findModel(id).regions).toEqual(regions.split(' '));
  });

  // Submissions a second and tasks at once, by the rate-limit page.
  it.each([
    ['wan2.7-videoedit', 5, 5],
    ['wan3.0-video', null, null],
  ])('%s may be asked %s times a second and does %s at once', (id, submitsPerSecond, concurrentTasks) => {
    expect(findModel(id)).toMatchObject({ submitsPerSecond, concurrentTasks });
  });

  // Seconds, resolutions and what a picture may weigh, by the model pages.
  it.each<[string, Durations, string, number]>([
    ['wan2.7-t2v', { min: 2, max: 15 }, '720P 1080P', 20],
    ['wan2.7-videoedit', { min: 2, max: 10 }, '720P 1080P', 20],
  ])('%s makes %j s at %s, from pictures of %d MiB', (id, durations, resolutions, imageMib) => {
    const model = findModel(id);
    expect([model.durations, model.resolutions.join(' ')]).toEqual([durations, resolutions]);
    expect(fileLimitsFor(model, 'image').maxBytes).toBe(imageMib * 1024 * 1024);
  });

  it('name every input that a request of 3.0 may mix', () => {
    expect(findModel('wan3.0-video')).toMatchObject({
      modes: ['text', 'image', 'first-and-last-frame', 'reference', 'edit', 'continuation', 'document'],
      references: { images: 10, videos: 5, audios: 5, total: 20 },
      maxSecondsWithVideo: 29,
      autoDuration: true,
      minSeed: -1,
    });
  });

  it('take a fixed version as they take its name', () => {
    const { id: _, ...dated } = findModel('wan2.7-r2v-2026-06-12');
    expect(findModel('wan2.7-r2v')).toMatchObject(dated);
  });
});
