import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models.ts';
import { buildEnhancedPrompt, buildNegativePrompt } from '#lib/wanx/prompt-builder.ts';
import type { MediaInputs, VideoOptions } from '#lib/wanx/request.ts';
import { videoRequestFor } from '#lib/wanx/video-request.ts';
import { testClient } from '../fixtures/dashscope.ts';

const spot = { id: 'eiffel-tower', name: 'Eiffel Tower', location: 'Paris', description: 'An iron tower. '.repeat(60) };
const era = { id: '1900', name: 'Belle Époque', period: '1900', description: 'Horse carriages and hats. '.repeat(60) };
const IMAGE = 'https://example.com/a.png';
const CLIP = 'https://example.com/a.mp4';
const SOUND = 'https://example.com/a.mp3';

const requestFor = (options: VideoOptions & MediaInputs, defaultModel = 'wan2.7-t2v') =>
  videoRequestFor(spot, era, options, defaultModel);

describe('the request for a spot in an era', () => {
  it('has the words for the model', () => {
    expect(requestFor({ durationSeconds: 7 })).toMatchObject({
      durationSeconds: 7,
      prompt: buildEnhancedPrompt(spot, era),
      negativePrompt: buildNegativePrompt(spot, era),
    });
    expect(requestFor({ negativePrompt: 'cars' }).negativePrompt).toBe('cars');
  });

  it('leaves the model open when nobody named one', () => {
    expect(requestFor({ image: IMAGE }).model).toBeUndefined();
  });

  // The configured model is not always the one that is used: its words could be too long, or not taken at all.
  it.each<[string, VideoOptions & MediaInputs, string, string]>([
    ['a document', { document: 'https://example.com/a.pdf' }, 'wan2.7-t2v', 'wan3.0-video'],
    ['an image', { image: IMAGE }, 'wan2.2-t2v-plus', 'wan2.7-i2v'],
    ['its model', { image: IMAGE, model: 'wan2.2-i2v-flash' }, 'wan2.7-t2v', 'wan2.2-i2v-flash'],
  ])('has the words of the model that %s needs', (_what, options, configured, used) => {
    const request = requestFor(options, configured);
    expect(request.prompt).toBe(buildEnhancedPrompt(spot, era, { model: used }));
    expect(request.negativePrompt).toBe(buildNegativePrompt(spot, era, { model: used }));
    expect(request.prompt?.length).toBeLessThanOrEqual(findModel(used).promptLimit);
    expect(testClient({ model: configured }).complete(request).model.id).toBe(used);
  });

  it.each<[string, VideoOptions & MediaInputs]>([
    ['an effect', { model: 'wan2.6-i2v', image: IMAGE, template: 'flying' }],
    ['a portrait that speaks', { model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND }],
    ['a portrait that moves', { image: IMAGE, video: CLIP }],
  ])('has no words for %s, and is complete without', (_what, options) => {
    const request = requestFor(options);
    expect(request).toMatchObject(options);
    expect(request.prompt).toBeUndefined();
    expect(request.negativePrompt).toBeUndefined();
    expect(() => testClient().complete(request)).not.toThrow();
  });
});
