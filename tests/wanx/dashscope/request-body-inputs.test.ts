import { describe, expect, it } from 'vitest';
import { IMAGE_TO_VIDEO, off, VIDEO_GENERATION, type WireCase, wireOf } from '../../fixtures/wire/wire.ts';

const IMAGE = 'https://example.com/a.png?x=%2F';
const LAST = 'oss://bucket/last.png';
const CLIP = 'https://example.com/clip.mp4';
const SOUND = 'https://example.com/sound.mp3';
const PDF = 'https://example.com/plan.pdf';
const PAGE = 'https://example.com/story?page=1';

/** Inputs and options that only one family has. */
const cases: WireCase[] = [
  {
    name: 'wan2.1 vace: a background keeps its place among the things',
    request: {
      model: 'wan2.1-vace-plus',
      prompt: 'p',
      ratio: '3:4',
      references: { images: [IMAGE, { source: LAST, isBackground: true }, { source: IMAGE, isBackground: false }] },
    },
    input: { prompt: 'p', function: 'image_reference', ref_images_url: [IMAGE, LAST, IMAGE] },
    parameters: { size: '832*1088', obj_or_bg: ['obj', 'bg', 'obj'], duration: 5, ...off },
  },
  {
    name: 'wan2.7 reference: each voice with the one who speaks',
    request: {
      prompt: 'Image 1 and Image 2 meet Video 1',
      references: {
        images: [{ source: IMAGE, voice: SOUND }, LAST],
        videos: [{ source: new URL(CLIP), voice: new URL(SOUND) }],
      },
    },
    model: 'wan2.7-r2v',
    input: {
      prompt: 'Image 1 and Image 2 meet Video 1',
      media: [
        { type: 'reference_image', url: IMAGE, reference_voice: SOUND },
        { type: 'reference_image', url: LAST },
        { type: 'reference_video', url: CLIP, reference_voice: SOUND },
      ],
    },
    parameters: { resolution: '720P', ratio: '16:9', duration: 5, ...off },
  },
  {
    name: 'wan2.7 edit, everything',
    request: {
      model: 'wan2.7-videoedit',
      prompt: 'p',
      negativePrompt: 'n',
      video: CLIP,
      audioSetting: 'origin',
      resolution: '1080P',
      ratio: '9:16',
      durationSeconds: 2,
      promptExtend: true,
      watermark: true,
      seed: 7,
    },
    input: { prompt: 'p', negative_prompt: 'n', media: [{ type: 'video', url: CLIP }] },
    parameters: {
      resolution: '1080P',
      ratio: '9:16',
      duration: 2,
      audio_setting: 'origin',
      prompt_extend: true,
      watermark: true,
      seed: 7,
    },
  },
  {
    name: 'wan3.0 document, alone: the service extends the prompt',
    request: { document: PDF },
    model: 'wan3.0-video',
    input: { media: [{ type: 'file', url: PDF }] },
    parameters: {
      resolution: '720P',
      ratio: '16:9',
      duration: 5,
      audio: true,
      prompt_extend: true,
      watermark: false,
    },
  },
  {
    name: 'wan3.0 page with references',
    request: {
      model: 'wan3.0-video-prime',
      prompt: 'p',
      link: PAGE,
      references: { images: [IMAGE], audios: [SOUND] },
      promptExtend: true,
      ratio: 'adaptive',
      durationSeconds: 30,
    },
    input: {
      prompt: 'p',
      media: [
        { type: 'link', url: PAGE },
        { type: 'reference_image', url: IMAGE },
        { type: 'reference_audio', url: SOUND },
      ],
    },
    parameters: {
      resolution: '720P',
      ratio: 'adaptive',
      duration: 30,
      audio: true,
      prompt_extend: true,
      watermark: false,
    },
  },
  {
    name: 'wan3.0 edit by references of every kind',
    request: {
      model: 'wan3.0-video',
      prompt: 'p',
      video: CLIP,
      references: { images: [IMAGE], videos: [CLIP], audios: [SOUND] },
    },
    input: {
      prompt: 'p',
      media: [
        { type: 'reference_video', url: CLIP },
        { type: 'reference_image', url: IMAGE },
        { type: 'reference_video', url: CLIP },
        { type: 'reference_audio', url: SOUND },
      ],
    },
    parameters: { resolution: '720P', ratio: 'adaptive', duration: 5, audio: true, ...off },
  },
  {
    name: 'wan2.5 image with sound to use',
    request: {
      model: 'wan2.5-i2v-preview',
      image: IMAGE,
      prompt: 'p',
      negativePrompt: 'n',
      audioUrl: SOUND,
      durationSeconds: 10,
      resolution: '480P',
    },
    input: { prompt: 'p', negative_prompt: 'n', img_url: IMAGE, audio_url: SOUND },
    parameters: { resolution: '480P', duration: 10, ...off },
  },
  {
    name: 'an effect takes the place of the prompt',
    request: { model: 'wanx2.1-i2v-turbo', image: IMAGE, template: 'flying', resolution: '480P' },
    input: { img_url: IMAGE, template: 'flying' },
    parameters: { resolution: '480P', duration: 5, ...off },
  },
  {
    name: 'wan2.1 turbo image, 3 s',
    request: { model: 'wanx2.1-i2v-turbo', image: IMAGE, resolution: '480P', durationSeconds: 3 },
    input: { img_url: IMAGE },
    parameters: { resolution: '480P', duration: 3, ...off },
  },
  {
    name: 'an effect of key frames: the first frame alone',
    request: { model: 'wan2.2-kf2v-flash', firstFrame: IMAGE, template: 'hanfu-1' },
    path: IMAGE_TO_VIDEO,
    input: { first_frame_url: IMAGE, template: 'hanfu-1' },
    parameters: { resolution: '720P', duration: 5, ...off },
  },
  {
    name: 'wan2.7 edit without words, of the whole source',
    request: { model: 'wan2.7-videoedit', video: CLIP, durationSeconds: 0 },
    input: { media: [{ type: 'video', url: CLIP }] },
    parameters: { resolution: '720P', duration: 0, ...off },
  },
  {
    name: 'happyhorse text: the watermark said as off, and nothing that it does not know',
    request: { model: 'happyhorse-1.0-t2v', prompt: 'p', ratio: '9:21', seed: 3 },
    input: { prompt: 'p' },
    parameters: { resolution: '720P', ratio: '9:21', duration: 5, watermark: false, seed: 3 },
  },
  {
    name: 'happyhorse image, words optional',
    request: { model: 'happyhorse-1.0-i2v', image: IMAGE, durationSeconds: 3, resolution: '1080P', watermark: true },
    input: { media: [{ type: 'first_frame', url: IMAGE }] },
    parameters: { resolution: '1080P', duration: 3, watermark: true },
  },
  {
    name: 'happyhorse references',
    request: { model: 'happyhorse-1.0-r2v', prompt: '[Image 1]', references: { images: [IMAGE, LAST] }, ratio: '4:5' },
    input: {
      prompt: '[Image 1]',
      media: [
        { type: 'reference_image', url: IMAGE },
        { type: 'reference_image', url: LAST },
      ],
    },
    parameters: { resolution: '720P', ratio: '4:5', duration: 5, watermark: false },
  },
  {
    name: 'happyhorse edit: no length, no shape',
    request: {
      model: 'happyhorse-1.0-video-edit',
      prompt: 'p',
      video: CLIP,
      audioSetting: 'origin',
      references: { images: [IMAGE] },
    },
    input: {
      prompt: 'p',
      media: [
        { type: 'video', url: CLIP },
        { type: 'reference_image', url: IMAGE },
      ],
    },
    parameters: { resolution: '720P', audio_setting: 'origin', watermark: false },
  },
  {
    name: 'wan2.6 flash reference: the sound switch',
    request: { model: 'wan2.6-r2v-flash', prompt: 'p', references: { images: [IMAGE] }, audio: false },
    input: { prompt: 'p', reference_urls: [IMAGE] },
    parameters: { size: '1280*720', audio: false, duration: 5, watermark: false },
  },
  {
    name: 'wan2.2 s2v: an image, a sound, a resolution, and that it is speech',
    request: { model: 'wan2.2-s2v', image: IMAGE, audioUrl: SOUND, resolution: '480P' },
    path: IMAGE_TO_VIDEO,
    input: { image_url: IMAGE, audio_url: SOUND },
    parameters: { resolution: '480P', style: 'speech' },
  },
  {
    name: 'wan2.2 animate-move: the cheaper mode, and the watermark among the inputs',
    request: { image: IMAGE, video: CLIP },
    model: 'wan2.2-animate-move',
    path: IMAGE_TO_VIDEO,
    input: { image_url: IMAGE, video_url: CLIP, watermark: false },
    parameters: { mode: 'wan-std' },
  },
  {
    name: 'wan2.2 animate-mix, everything',
    request: {
      model: 'wan2.2-animate-mix',
      image: IMAGE,
      video: CLIP,
      quality: 'professional',
      watermark: true,
      checkImage: false,
    },
    path: IMAGE_TO_VIDEO,
    input: { image_url: IMAGE, video_url: CLIP, watermark: true },
    parameters: { mode: 'wan-pro', check_image: false },
  },
];

describe('wireRequest', () => {
  it.each(cases)('$name', ({ request, path = VIDEO_GENERATION, model, input, parameters }) => {
    expect(wireOf(request)).toStrictEqual({ path, body: { model: model ?? request.model, input, parameters } });
  });
});
