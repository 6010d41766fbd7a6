import { describe, expect, it } from 'vitest';
import type { WanxRequest } from '#lib/wanx/request/options.ts';
import { type Region, WanxClient } from '#lib/wanx/wanx-client.ts';
import { FakeDashScope, KEY, rejection, testClient } from '../../fixtures/wire/dashscope.ts';
import { mockNetwork } from '../../fixtures/wire/mock-network.ts';
import {
  CLIP,
  horse,
  IMAGE,
  many,
  PAGE,
  PDF,
  type RefusedRequest,
  SOUND,
  wrong,
} from '../../fixtures/wire/refused-requests.ts';

const provider = new FakeDashScope();
mockNetwork(provider.handler);

/** Refused for an option that only some models have, or whose values differ: the others are beside their rules. */
const refused: RefusedRequest[] = [
  [wrong({ prompt: 7 }), 'prompt', '7'],
  [wrong({ prompt: 'p', negativePrompt: 7 }), 'negativePrompt', '7'],
  [{ prompt: 'p', durationSeconds: Number.NaN }, 'durationSeconds', 'NaN'],
  [wrong({ prompt: 'p', durationSeconds: '5' }), 'durationSeconds', '"5"'],
  [{ prompt: 'p', seed: -1 }, 'seed', '-1', '0', '2147483647'],
  [{ prompt: 'p', seed: 2_147_483_648 }, 'seed', '2147483648', '2147483647'],
  [{ prompt: 'p', seed: 0.5 }, 'seed', '0.5'],
  [{ model: 'wan3.0-video', prompt: 'p', seed: -2 }, 'seed', '-2', '-1'],
  [{ prompt: 'p', audio: false }, 'audio', 'false', 'Allowed: true'],
  [{ model: 'wan2.2-t2v-plus', prompt: 'p', audio: true }, 'audio', 'true', 'Allowed: false'],
  [wrong({ model: 'wan3.0-video', prompt: 'p', audio: 'yes' }), 'audio', 'yes', 'true or false'],
  [{ model: 'wan2.6-i2v-flash', image: IMAGE, audio: false, audioUrl: SOUND }, 'audio', 'audioUrl'],
  [wrong({ prompt: 'p', promptExtend: 'true' }), 'promptExtend', '"true"', 'true or false'],
  [wrong({ prompt: 'p', watermark: 1 }), 'watermark', '1', 'true or false'],
  [{ prompt: 'p', audioSetting: 'origin' }, 'audioSetting', 'origin', 'wan2.7-t2v'],
  [wrong({ prompt: 'p', video: CLIP, audioSetting: 'mute' }), 'audioSetting', 'mute', 'auto, origin'],
  [{ image: IMAGE, checkImage: false }, 'checkImage', 'false', 'wan2.7-i2v'],
  [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, checkImage: true }, 'checkImage', 'wan2.2-s2v'],
  [wrong({ image: IMAGE, video: CLIP, checkImage: 'no' }), 'checkImage', '"no"', 'true or false'],
  [{ ...horse('t2v'), audio: false }, 'audio', 'always makes sound'],
  [{ prompt: 'p', quality: 'professional' }, 'quality', 'professional', 'wan2.7-t2v'],
  [wrong({ image: IMAGE, video: CLIP, quality: 'pro' }), 'quality', 'pro', 'standard, professional'],
  [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, seed: 1 }, 'seed', 'wan2.2-s2v'],
  [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, watermark: true }, 'watermark', 'wan2.2-s2v'],
  [{ image: IMAGE, video: CLIP, audio: false }, 'audio', 'wan2.2-animate-move'],
];

describe('a request that the model table refuses', () => {
  it.each(refused)('%j', async (request, ...named) => {
    provider.answer({});
    const error = await rejection(testClient().submit(request));
    expect(error).toMatchObject({
      name: 'ReelError',
      code: 'invalid-input',
      stage: 'submitting',
      retryable: false,
      billable: 'no',
    });
    for (const part of named) expect(String(error)).toContain(part);
    expect(String(error).length).toBeLessThan(500);
    expect(provider.seen).toHaveLength(0);
  });
});

describe('complete', () => {
  const client = testClient();

  it.each<[string, WanxRequest]>([
    ['a prompt of the very limit', { prompt: 'x'.repeat(5000) }],
    ['a negative prompt of the very limit', { prompt: 'p', negativePrompt: 'x'.repeat(500) }],
    ['the longest duration', { prompt: 'p', durationSeconds: 15 }],
    ['the largest seed', { prompt: 'p', seed: 2_147_483_647 }],
    ['what the model does anyway', { prompt: 'p', audio: true }],
    ['silence of a silent model', { model: 'wan2.2-t2v-plus', prompt: 'p', audio: false }],
    ['sounds alone as reference, on 3.0', { model: 'wan3.0-video', references: { audios: [SOUND] } }],
    [
      'ten images, five videos and five sounds on 3.0',
      { model: 'wan3.0-video', references: { images: many(10), videos: many(5), audios: many(5) } },
    ],
    [
      'four images to edit by',
      { model: 'wan2.7-videoedit', prompt: 'p', video: CLIP, references: { images: many(4) } },
    ],
    ['the longest prompt of HappyHorse', { ...horse('t2v'), prompt: 'x'.repeat(5000) }],
    ['the longest in Chinese', { ...horse('t2v'), prompt: '海'.repeat(2500) }],
    ['the longest in both', { ...horse('t2v'), prompt: `${'海'.repeat(2000)}${'x'.repeat(1000)}` }],
    ['as many Chinese characters as others on Wan', { prompt: '海'.repeat(5000) }],
    ['15 s of 2.6 i2v in Virginia', { model: 'wan2.6-i2v-us', image: IMAGE, durationSeconds: 15 }],
    ['3 s of 2.1 i2v turbo', { model: 'wanx2.1-i2v-turbo', image: IMAGE, durationSeconds: 3 }],
    [
      'shots of 2.6 i2v with an extended prompt',
      { model: 'wan2.6-i2v', image: IMAGE, promptExtend: true, shotType: 'multi' },
    ],
    ['shots of 2.6 r2v', { model: 'wan2.6-r2v', prompt: 'p', references: { images: [IMAGE] }, shotType: 'multi' }],
    ['an edit without words', { model: 'wan2.7-videoedit', video: CLIP }],
    [
      'an address in other letters where no page forbids it',
      { model: 'wan2.7-i2v', image: 'https://example.com/人.png' },
    ],
    ['30 s where no video goes in', { model: 'wan3.0-video', image: IMAGE, durationSeconds: 30 }],
  ])('takes %s', (_name, request) => {
    expect(client.complete(request).model.id).toBe(request.model ?? 'wan2.7-t2v');
  });

  it('uses the default model of the client where it takes the mode, else the one of the mode', () => {
    const client30 = testClient({ model: 'wan3.0-video' });
    expect(client30.complete({ image: IMAGE }).model.id).toBe('wan3.0-video');
    const client25 = testClient({ model: 'wan2.5-t2v-preview' });
    expect(client25.complete({ prompt: 'p' }).model.id).toBe('wan2.5-t2v-preview');
    expect(client25.complete({ image: IMAGE }).model.id).toBe('wan2.7-i2v');
  });

  it.each<[string, WanxRequest, string]>([
    ['a document', { document: PDF }, 'wan3.0-video'],
    ['a page', { link: new URL(PAGE) }, 'wan3.0-video'],
    ['an image and a video', { image: IMAGE, video: CLIP }, 'wan2.2-animate-move'],
  ])('finds the model for %s', (_name, request, id) => {
    expect(client.complete(request).model.id).toBe(id);
  });

  it.each<[Region, string, string]>([
    ['beijing', 'wan2.1-t2v-plus', 'singapore'],
    ['singapore', 'wanx2.1-t2v-plus', 'beijing'],
    ['us', 'wan2.7-t2v', 'beijing, singapore'],
  ])('refuses for a client of %s the model %s, which is served in %s', (region, model, named) => {
    const foreign = new WanxClient({ apiKey: KEY, region });
    expect(() => foreign.complete({ prompt: 'p', model })).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining(named) }),
    );
    const elsewhere = new WanxClient({ apiKey: KEY, region, workspaceId: 'ws-1' });
    expect(() => elsewhere.complete({ prompt: 'p', model })).toThrow(named);
    expect(foreign.complete({ prompt: 'p', model: 'wan3.0-video' }).model.id).toBe('wan3.0-video');
  });

  it('does not change what it was given', () => {
    const request = Object.freeze({ prompt: 'p', references: Object.freeze({ images: [IMAGE] }) });
    expect(() => client.complete(request)).not.toThrow();
  });
});
