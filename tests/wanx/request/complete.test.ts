import { describe, expect, it } from 'vitest';
import type { WanxRequest } from '#lib/wanx/request/options.ts';
import { type Region, WanxClient } from '#lib/wanx/wanx-client.ts';
import { FakeDashScope, KEY, rejection, testClient } from '../../fixtures/wire/dashscope.ts';
import { mockNetwork } from '../../fixtures/wire/mock-network.ts';

const provider = new FakeDashScope();
mockNetwork(provider.handler);

const IMAGE = 'https://example.com/a.png';
const CLIP = 'https://example.com/a.mp4';
const SOUND = 'https://example.com/a.mp3';
const PDF = 'https://example.com/a.pdf';
const PAGE = 'https://example.com/a';
const many = (count: number): string[] => Array(count).fill(IMAGE);
/** What a caller without TypeScript can pass. */
const wrong = (request: Record<string, unknown>): WanxRequest => request;

const horse = (kind: string): WanxRequest => ({ model: `happyhorse-1.0-${kind}`, prompt: 'p' });

/** Request, and what its refusal must name: the option, its value, what is allowed. */
const refused: Array<[WanxRequest, ...string[]]> = [
  [{ prompt: 'p', model: 'wan2.7-tv2' }, 'wan2.7-tv2', 'wan2.7-t2v'],
  [{ prompt: '' }, 'prompt'],
  [{ prompt: ' \n' }, 'prompt'],
  [{}, 'prompt'],
  [wrong({ prompt: 7 }), 'prompt', '7'],
  [{ prompt: 'x'.repeat(5001) }, 'prompt', '5001', '5000'],
  // 2501 code points, but 5002 UTF-16 units: the larger count is taken.
  [{ prompt: '🎬'.repeat(2501) }, 'prompt', '5002', '5000'],
  [{ model: 'wan3.0-video', prompt: 'x'.repeat(20_001) }, 'prompt', '20001', '20000'],
  [{ model: 'wan2.6-t2v', prompt: 'x'.repeat(1501) }, 'prompt', '1501', '1500'],
  [{ model: 'wan2.2-t2v-plus', prompt: 'x'.repeat(801) }, 'prompt', '801', '800'],
  [{ prompt: 'p', negativePrompt: 'x'.repeat(501) }, 'negativePrompt', '501', '500'],
  [wrong({ prompt: 'p', negativePrompt: 7 }), 'negativePrompt', '7'],
  [{ model: 'wan3.0-video', prompt: 'p', negativePrompt: 'n' }, 'negativePrompt', 'wan3.0-video'],
  [{ prompt: 'p', resolution: '480P' }, 'resolution', '480P', '720P, 1080P'],
  [wrong({ prompt: 'p', resolution: '720p' }), 'resolution', '720p', '720P, 1080P'],
  [{ model: 'wan2.2-t2v-plus', prompt: 'p', resolution: '720P' }, 'resolution', '720P', '480P, 1080P'],
  [{ prompt: 'p', ratio: '21:9' }, 'ratio', '21:9', '16:9, 9:16, 1:1, 4:3, 3:4'],
  [{ prompt: 'p', ratio: 'adaptive' }, 'ratio', 'adaptive', '16:9'],
  [{ model: 'wan2.5-t2v-preview', prompt: 'p', resolution: '480P', ratio: '4:3' }, 'ratio', '4:3', '16:9, 9:16, 1:1.'],
  [{ image: IMAGE, ratio: '16:9' }, 'ratio', '16:9', 'wan2.7-i2v'],
  [{ prompt: 'p', firstFrame: IMAGE, references: { images: [IMAGE] }, ratio: '16:9' }, 'ratio', '16:9'],
  [{ model: 'wan3.0-video', prompt: 'p', firstClip: CLIP, ratio: '16:9' }, 'ratio', '16:9', 'adaptive'],
  [{ prompt: 'p', durationSeconds: 1 }, 'durationSeconds', '1', 'from 2 to 15'],
  [{ prompt: 'p', durationSeconds: 16 }, 'durationSeconds', '16', 'from 2 to 15'],
  [{ prompt: 'p', durationSeconds: 5.5 }, 'durationSeconds', '5.5', 'whole seconds'],
  [{ prompt: 'p', durationSeconds: Number.NaN }, 'durationSeconds', 'NaN'],
  [wrong({ prompt: 'p', durationSeconds: '5' }), 'durationSeconds', '"5"'],
  [{ prompt: 'p', durationSeconds: -1 }, 'durationSeconds', '-1', 'from 2 to 15'],
  [{ model: 'wan3.0-video', prompt: 'p', durationSeconds: 31 }, 'durationSeconds', '31', 'from 2 to 30', '-1'],
  [{ model: 'wan2.6-t2v-us', prompt: 'p', durationSeconds: 7 }, 'durationSeconds', '7', '5, 10'],
  [
    { model: 'wan2.6-r2v', prompt: 'p', references: { images: [IMAGE] }, durationSeconds: 11 },
    'durationSeconds',
    'from 2 to 10',
  ],
  [{ model: 'wan2.2-t2v-plus', prompt: 'p', durationSeconds: 6 }, 'durationSeconds', '6', '5'],
  [
    { model: 'wan2.2-i2v-flash', image: IMAGE, resolution: '480P', durationSeconds: 8 },
    'durationSeconds',
    '8',
    'Allowed: 5.',
  ],
  [{ prompt: 'p', references: { videos: [CLIP] }, durationSeconds: 11 }, 'durationSeconds', '11', 'from 2 to 10'],
  [{ prompt: 'p', video: CLIP, durationSeconds: 11 }, 'durationSeconds', '11', 'from 2 to 10'],
  [{ prompt: 'p', seed: -1 }, 'seed', '-1', '0', '2147483647'],
  [{ prompt: 'p', seed: 2_147_483_648 }, 'seed', '2147483648', '2147483647'],
  [{ prompt: 'p', seed: 0.5 }, 'seed', '0.5'],
  [{ model: 'wan3.0-video', prompt: 'p', seed: -2 }, 'seed', '-2', '-1'],
  [{ prompt: 'p', audio: false }, 'audio', 'false', 'Allowed: true'],
  [{ model: 'wan2.2-t2v-plus', prompt: 'p', audio: true }, 'audio', 'true', 'Allowed: false'],
  [wrong({ model: 'wan3.0-video', prompt: 'p', audio: 'yes' }), 'audio', 'yes', 'true or false'],
  [{ model: 'wan2.6-i2v-flash', image: IMAGE, audio: false, audioUrl: SOUND }, 'audio', 'audioUrl'],
  [{ model: 'wan3.0-video', prompt: 'p', audioUrl: SOUND }, 'audioUrl', 'wan3.0-video'],
  [{ model: 'wan2.2-t2v-plus', prompt: 'p', audioUrl: SOUND }, 'audioUrl', 'wan2.2-t2v-plus'],
  [{ prompt: 'p', audioUrl: '' }, 'audioUrl', 'empty'],
  [{ firstClip: CLIP, audioUrl: SOUND }, 'audioUrl', 'continuation'],
  [wrong({ prompt: 'p', promptExtend: 'true' }), 'promptExtend', '"true"', 'true or false'],
  [wrong({ prompt: 'p', watermark: 1 }), 'watermark', '1', 'true or false'],
  [{ prompt: 'p', shotType: 'multi' }, 'shotType', 'multi', 'wan2.7-t2v'],
  [{ model: 'wan2.6-t2v', prompt: 'p', shotType: 'multi' }, 'shotType', 'promptExtend'],
  [{ model: 'wan2.6-i2v', image: IMAGE, shotType: 'multi' }, 'shotType', 'promptExtend'],
  [{ model: 'wan2.6-i2v-flash', image: IMAGE, shotType: 'single', promptExtend: false }, 'shotType', 'promptExtend'],
  [
    wrong({ model: 'wan2.6-i2v', image: IMAGE, promptExtend: true, shotType: 'triple' }),
    'shotType',
    'triple',
    'single, multi',
  ],
  [
    { model: 'wan2.6-r2v', prompt: 'p', references: { images: [IMAGE] }, promptExtend: true },
    'promptExtend',
    'wan2.6-r2v',
  ],
  [{ model: 'wan2.6-t2v-us', prompt: 'p', durationSeconds: 15 }, 'durationSeconds', '15', '5, 10.'],
  [{ model: 'wan2.6-i2v-us', image: IMAGE, durationSeconds: 14 }, 'durationSeconds', '14', '5, 10, 15.'],
  [{ model: 'wanx2.1-i2v-turbo', image: IMAGE, durationSeconds: 6 }, 'durationSeconds', '6', '3, 4, 5.'],
  [{ prompt: 'p', durationSeconds: 0 }, 'durationSeconds', '0', 'from 2 to 15.'],
  [{ model: 'wan3.0-video', prompt: 'p', video: CLIP, durationSeconds: 0 }, 'durationSeconds', '0'],
  [{ video: CLIP, durationSeconds: 1 }, 'durationSeconds', '1', 'from 2 to 10', 'or 0 (as long as the source)'],
  [{ model: 'wan2.7-t2v', image: IMAGE }, 'model', 'wan2.7-t2v', 'image', 'wan2.7-i2v'],
  [{ model: 'wan2.7-i2v', prompt: 'p' }, 'model', 'wan2.7-i2v', 'text', 'wan2.7-t2v'],
  [{ model: 'wan2.6-i2v', firstFrame: IMAGE, lastFrame: IMAGE }, 'model', 'first-and-last-frame'],
  [{ image: IMAGE, firstFrame: IMAGE }, 'image', 'firstFrame'],
  [{ image: ' ' }, 'image', 'empty'],
  [{ lastFrame: IMAGE }, 'lastFrame', 'firstFrame'],
  [{ firstClip: CLIP, image: IMAGE }, 'image', 'continuation'],
  [{ prompt: 'p', video: CLIP, image: IMAGE }, 'prompt', 'wan2.2-animate-move', 'motion'],
  [{ prompt: 'p', video: CLIP, image: IMAGE, references: { images: [IMAGE] } }, 'image', 'edit'],
  [{ prompt: 'p', video: CLIP, references: { videos: [CLIP] } }, 'references.videos', 'edit'],
  [{ prompt: 'p', firstClip: CLIP, video: CLIP }, 'firstClip', 'video'],
  [{ prompt: 'p', firstClip: CLIP, references: { images: [IMAGE] } }, 'firstClip', 'references'],
  [{ model: 'wan3.0-video', prompt: 'p', firstClip: CLIP, lastFrame: IMAGE }, 'lastFrame', 'firstClip'],
  [{ model: 'wan3.0-video', prompt: 'p', image: IMAGE, references: { images: [IMAGE] } }, 'first frame', 'references'],
  [{ prompt: 'p', lastFrame: IMAGE, references: { images: [IMAGE] } }, 'lastFrame', 'reference'],
  [{ prompt: 'p', references: {} }, 'references'],
  [{ prompt: 'p', references: { audios: [SOUND] } }, 'references', 'no image'],
  [{ prompt: 'p', references: { images: many(6) } }, 'references.images', '6', '5'],
  [{ prompt: 'p', references: { images: many(3), videos: many(3) } }, 'references', '6', '5'],
  [{ prompt: 'p', references: { images: many(1), audios: many(1) } }, 'references.audios', '1', '0'],
  [{ model: 'wan2.6-r2v', prompt: 'p', references: { videos: many(4) } }, 'references.videos', '4', '3'],
  [{ model: 'wan3.0-video', prompt: 'p', references: { images: many(11) } }, 'references.images', '11', '10'],
  [{ prompt: 'p', video: CLIP, references: { images: many(5) } }, 'references.images', '5', '4'],
  [
    { model: 'wan3.0-video', prompt: 'p', video: CLIP, references: { videos: many(5) } },
    'references.videos',
    '6',
    'at most 5',
  ],
  [{ model: 'wan3.0-video', prompt: 'p', references: { audios: many(6) } }, 'references.audios', '6', '5'],
  [{ model: 'wanx2.1-vace-plus', prompt: 'p', references: { images: many(4) } }, 'references.images', '4', '3'],
  [{ references: { images: [IMAGE] } }, 'prompt', 'reference'],
  [{ model: 'wan3.0-video', firstClip: CLIP }, 'prompt', 'continuation'],
  [{ model: 'wan3.0-video', video: CLIP }, 'prompt', 'edit'],
  [
    { model: 'wan3.0-video', prompt: 'p', video: CLIP, durationSeconds: 30 },
    'durationSeconds',
    '30',
    'from 2 to 29',
    '-1',
  ],
  // Documents and pages: Wan 3.0 alone.
  [{ model: 'wan2.7-t2v', document: PDF }, 'model', 'document', 'wan3.0-video'],
  [{ document: PDF, link: PAGE }, 'document and link'],
  [{ document: PDF, image: IMAGE }, 'image', 'document'],
  [{ link: PAGE, lastFrame: IMAGE }, 'lastFrame', 'document'],
  [{ link: PAGE, video: CLIP }, 'video and link'],
  [{ link: 'oss://bucket/page' }, 'link', 'http and https'],
  [{ link: 'page.html' }, 'link', 'http and https'],
  [{ document: PDF, promptExtend: false }, 'promptExtend', 'false', 'Allowed: true'],
  [{ document: '' }, 'document', 'empty'],
  // Voices and backgrounds.
  [
    { model: 'wan3.0-video', prompt: 'p', references: { images: [{ source: IMAGE, voice: SOUND }] } },
    'voice',
    'wan3.0-video',
  ],
  [
    { model: 'wan2.6-r2v', prompt: 'p', references: { videos: [{ source: CLIP, voice: SOUND }] } },
    'voice',
    'wan2.6-r2v',
  ],
  [{ prompt: 'p', references: { images: [{ source: IMAGE, voice: ' ' }] } }, 'voice', 'empty'],
  [{ prompt: 'p', references: { images: [{ source: IMAGE, isBackground: true }] } }, 'background', 'wan2.7-r2v'],
  [
    { model: 'wan2.1-vace-plus', prompt: 'p', references: { videos: [{ source: CLIP, isBackground: true }] } },
    'references.videos',
    'only an image',
  ],
  // Options of one model each.
  [{ prompt: 'p', audioSetting: 'origin' }, 'audioSetting', 'origin', 'wan2.7-t2v'],
  [wrong({ prompt: 'p', video: CLIP, audioSetting: 'mute' }), 'audioSetting', 'mute', 'auto, origin'],
  [{ prompt: 'p', template: 'flying' }, 'template', 'flying', 'wan2.7-t2v'],
  [{ image: IMAGE, template: 'flying' }, 'template', 'flying', 'wan2.7-i2v'],
  [
    { model: 'wan2.2-kf2v-flash', image: IMAGE, lastFrame: IMAGE, template: 'flying' },
    'template',
    'lastFrame',
    'first frame alone',
  ],
  [{ image: IMAGE, checkImage: false }, 'checkImage', 'false', 'wan2.7-i2v'],
  [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, checkImage: true }, 'checkImage', 'wan2.2-s2v'],
  [wrong({ image: IMAGE, video: CLIP, checkImage: 'no' }), 'checkImage', '"no"', 'true or false'],
  [{ image: 'https://example.com/人.png', video: CLIP }, 'image', 'ASCII', 'Percent-encode'],
  [{ image: IMAGE, video: 'https://example.com/ä.mp4' }, 'video', 'ASCII'],
  [
    { model: 'wan2.1-vace-plus', prompt: 'p', references: { images: ['https://example.com/猫.png'] } },
    'references.images',
    'ASCII',
  ],
  [
    {
      model: 'wan2.1-vace-plus',
      prompt: 'p',
      references: { images: Array(2).fill({ source: IMAGE, isBackground: true }) },
    },
    'more than one background',
  ],
  [
    { model: 'wan2.1-vace-plus', prompt: 'p', negativePrompt: 'n', references: { images: [IMAGE] } },
    'negativePrompt',
    'wan2.1-vace-plus',
  ],
  // HappyHorse has less than the protocol that it uses.
  [{ ...horse('t2v'), negativePrompt: 'n' }, 'negativePrompt', 'happyhorse-1.0-t2v'],
  [{ ...horse('t2v'), promptExtend: false }, 'promptExtend', 'happyhorse-1.0-t2v'],
  [{ ...horse('t2v'), audioUrl: SOUND }, 'audioUrl', 'happyhorse-1.0-t2v'],
  [{ ...horse('t2v'), audio: false }, 'audio', 'always makes sound'],
  [{ ...horse('t2v'), shotType: 'multi' }, 'shotType', 'happyhorse-1.0-t2v'],
  [{ ...horse('t2v'), resolution: '480P' }, 'resolution', '720P, 1080P'],
  [{ ...horse('t2v'), ratio: 'adaptive' }, 'ratio', '4:5, 5:4, 9:21, 21:9'],
  [{ ...horse('t2v'), durationSeconds: 2 }, 'durationSeconds', '2', 'from 3 to 15'],
  [{ ...horse('t2v'), durationSeconds: 16 }, 'durationSeconds', '16', 'from 3 to 15'],
  [{ ...horse('t2v'), prompt: 'x'.repeat(5001) }, 'prompt', '5001', '5000'],
  [{ ...horse('t2v'), prompt: '海'.repeat(2501) }, 'prompt', '2501', 'twice', '5002', '5000'],
  [{ ...horse('t2v'), prompt: `${'海'.repeat(2000)}${'x'.repeat(1001)}` }, 'prompt', '3001', '5001'],
  [{ ...horse('i2v'), prompt: undefined, image: IMAGE, ratio: '16:9' }, 'ratio', 'follows the input'],
  [{ ...horse('i2v'), image: IMAGE, lastFrame: IMAGE }, 'model', 'first-and-last-frame'],
  [{ ...horse('r2v'), references: { images: many(10) } }, 'references.images', '10', '9'],
  [{ ...horse('r2v'), references: { videos: [CLIP] } }, 'references.videos', '1', '0'],
  [{ ...horse('r2v'), image: IMAGE, references: { images: [IMAGE] } }, 'first frame', 'references'],
  [{ ...horse('r2v'), prompt: '', references: { images: [IMAGE] } }, 'prompt', 'reference'],
  [{ ...horse('video-edit'), prompt: '', video: CLIP }, 'prompt', 'edit'],
  [{ ...horse('video-edit'), video: CLIP, durationSeconds: 5 }, 'durationSeconds', '5', 'Leave it out'],
  [{ ...horse('video-edit'), video: CLIP, ratio: '16:9' }, 'ratio', 'follows the input'],
  [{ ...horse('video-edit'), video: CLIP, references: { images: many(6) } }, 'references.images', '6', '5'],
  [{ model: 'wan2.6-i2v', image: IMAGE, template: 'flying', prompt: 'p' }, 'template', 'prompt', 'ignore'],
  [{ model: 'wan2.6-i2v', image: IMAGE, template: 'a man who flies' }, 'template', 'a man who flies', 'letters'],
  [{ prompt: 'p', quality: 'professional' }, 'quality', 'professional', 'wan2.7-t2v'],
  [wrong({ image: IMAGE, video: CLIP, quality: 'pro' }), 'quality', 'pro', 'standard, professional'],
  // Portraits take next to nothing.
  [{ model: 'wan2.2-s2v', image: IMAGE }, 'audioUrl', 'missing'],
  [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, prompt: 'p' }, 'prompt', 'wan2.2-s2v'],
  [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, negativePrompt: 'n' }, 'negativePrompt', 'Leave it out'],
  [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, resolution: '1080P' }, 'resolution', '480P, 720P'],
  [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, durationSeconds: 5 }, 'durationSeconds', '5', 'Leave it out'],
  [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, seed: 1 }, 'seed', 'wan2.2-s2v'],
  [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, watermark: true }, 'watermark', 'wan2.2-s2v'],
  [{ model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, promptExtend: true }, 'promptExtend', 'wan2.2-s2v'],
  [{ image: IMAGE, video: CLIP, resolution: '720P' }, 'resolution', '720P', 'wan2.2-animate-move'],
  [{ image: IMAGE, video: CLIP, ratio: '16:9' }, 'ratio', '16:9', 'wan2.2-animate-move'],
  [{ image: IMAGE, video: CLIP, audio: false }, 'audio', 'wan2.2-animate-move'],
  [{ model: 'wan3.0-video', image: IMAGE, video: CLIP }, 'model', 'motion', 'wan2.2-animate-move, wan2.2-animate-mix'],
  // Inline, only an image.
  [{ prompt: 'p', audioUrl: 'data:audio/mpeg;base64,AAAA' }, 'audioUrl', 'only images'],
  [{ prompt: 'p', video: 'data:video/mp4;base64,AAAA' }, 'video', 'only images'],
  [{ image: 'data:image/gif;base64,AAAA' }, 'image', 'image/gif', 'jpeg, png, bmp or webp'],
  [{ image: 'data:image/png,AAAA' }, 'image', 'base64'],
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
