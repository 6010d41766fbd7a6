import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models.ts';
import { buildEnhancedPrompt, buildNegativePrompt } from '#lib/wanx/prompt-builder.ts';
import type { MediaInputs, VideoOptions } from '#lib/wanx/request/options.ts';
import { videoRequestFor } from '#lib/wanx/videos/request.ts';
import { testClient } from '../../fixtures/wire/dashscope.ts';

const spot = { id: 'eiffel-tower', name: 'Eiffel Tower', location: 'Paris', description: 'An iron tower. '.repeat(60) };
const era = { id: '1900', name: 'Belle Époque', period: '1900', description: 'Horse carriages and hats. '.repeat(60) };
const IMAGE = 'https://example.com/a.png';
const CLIP = 'https://example.com/a.mp4';
const SOUND = 'https://example.com/a.mp3';

const requestFor = (options: VideoOptions & MediaInputs & { prompt?: string }, defaultModel = 'wan2.7-t2v') =>
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

  it('has the words of the caller in place of the built ones, as they are', () => {
    const prompt = ' A tower in the rain,\nseen from "below". ';
    const request = requestFor({ prompt });
    expect(request.prompt).toBe(prompt);
    expect(request.negativePrompt).toBe(buildNegativePrompt(spot, era));
    expect(testClient().complete(request).prompt).toBe(prompt);
  });

  it('does not exclude what the caller asks for', () => {
    expect(requestFor({}).negativePrompt).toContain('flags');
    expect(requestFor({ prompt: 'A tower with many Flags.' }).negativePrompt).not.toContain('flags');
  });

  it.each([
    ['wan2.2-t2v-plus', 800],
    ['wan2.7-t2v', 5000],
    ['wan3.0-video', 20_000],
  ])('is refused, never cut, where %s would not read all of it', (model, limit) => {
    const complete = (length: number) =>
      testClient().complete(requestFor({ model, prompt: 'a'.repeat(length) })).prompt?.length;
    expect(complete(limit)).toBe(limit);
    const message = expect.stringMatching(new RegExp(`${limit + 1} characters.*${model}.*${limit}`));
    expect(() => complete(limit + 1)).toThrow(expect.objectContaining({ code: 'invalid-input', message }));
  });

  it.each<[string, VideoOptions & MediaInputs]>([
    ['an effect', { model: 'wan2.6-i2v', image: IMAGE, template: 'flying' }],
    ['a portrait that speaks', { model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND }],
  ])('is refused with %s, which would not read it', (_what, options) => {
    const request = requestFor({ ...options, prompt: 'mine' });
    expect(() => testClient().complete(request)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
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
