import { describe, expect, it } from 'vitest';
import { listModels } from '#lib/wanx/models.ts';
import { IMAGE_TO_VIDEO, off, VIDEO_GENERATION, type WireCase, wireOf } from '../../fixtures/wire/wire.ts';

const IMAGE = 'https://example.com/a.png?x=%2F';
const LAST = 'oss://bucket/last.png';
const CLIP = 'https://example.com/clip.mp4';
const SOUND = 'https://example.com/sound.mp3';
const PDF = 'https://example.com/plan.pdf';

const cases: WireCase[] = [
  {
    name: 'wan2.7 text, nothing but a prompt: the dear defaults of the service are never left to it',
    request: { prompt: 'p' },
    model: 'wan2.7-t2v',
    input: { prompt: 'p' },
    parameters: { resolution: '720P', ratio: '16:9', duration: 5, ...off },
  },
  {
    name: 'wan2.7 text, everything',
    request: {
      model: 'wan2.7-t2v-2026-06-12',
      prompt: 'p',
      negativePrompt: 'n',
      audioUrl: SOUND,
      resolution: '1080P',
      ratio: '3:4',
      durationSeconds: 15,
      promptExtend: true,
      watermark: true,
      seed: 0,
      audio: true,
    },
    input: { prompt: 'p', negative_prompt: 'n', audio_url: SOUND },
    parameters: { resolution: '1080P', ratio: '3:4', duration: 15, prompt_extend: true, watermark: true, seed: 0 },
  },
  {
    name: 'wan2.7 image: no ratio, prompt optional, model by mode',
    request: { image: IMAGE },
    model: 'wan2.7-i2v',
    input: { media: [{ type: 'first_frame', url: IMAGE }] },
    parameters: { resolution: '720P', duration: 5, ...off },
  },
  {
    name: 'wan2.7 first and last frame with driving audio',
    request: { firstFrame: new URL(IMAGE), lastFrame: LAST, audioUrl: SOUND, prompt: 'p', negativePrompt: 'n' },
    model: 'wan2.7-i2v',
    input: {
      prompt: 'p',
      negative_prompt: 'n',
      media: [
        { type: 'first_frame', url: IMAGE },
        { type: 'last_frame', url: LAST },
        { type: 'driving_audio', url: SOUND },
      ],
    },
    parameters: { resolution: '720P', duration: 5, ...off },
  },
  {
    name: 'wan2.7 continuation to a last frame',
    request: { firstClip: CLIP, lastFrame: LAST, durationSeconds: 12 },
    model: 'wan2.7-i2v',
    input: {
      media: [
        { type: 'last_frame', url: LAST },
        { type: 'first_clip', url: CLIP },
      ],
    },
    parameters: { resolution: '720P', duration: 12, ...off },
  },
  {
    name: 'wan2.7 reference',
    request: { prompt: 'Image 1 and Video 1', references: { images: [IMAGE], videos: [CLIP] }, durationSeconds: 10 },
    model: 'wan2.7-r2v',
    input: {
      prompt: 'Image 1 and Video 1',
      media: [
        { type: 'reference_image', url: IMAGE },
        { type: 'reference_video', url: CLIP },
      ],
    },
    parameters: { resolution: '720P', ratio: '16:9', duration: 10, ...off },
  },
  {
    name: 'wan2.7 reference with a first frame, which fixes the shape',
    request: { prompt: 'p', firstFrame: LAST, references: { images: [IMAGE] } },
    model: 'wan2.7-r2v',
    input: {
      prompt: 'p',
      media: [
        { type: 'first_frame', url: LAST },
        { type: 'reference_image', url: IMAGE },
      ],
    },
    parameters: { resolution: '720P', duration: 5, ...off },
  },
  {
    name: 'wan2.7 edit: as long as the source unless told',
    request: { prompt: 'p', video: CLIP, references: { images: [IMAGE] } },
    model: 'wan2.7-videoedit',
    input: {
      prompt: 'p',
      media: [
        { type: 'video', url: CLIP },
        { type: 'reference_image', url: IMAGE },
      ],
    },
    parameters: { resolution: '720P', ...off },
  },
  {
    name: 'wan3.0 text: no media, sound said',
    request: { model: 'wan3.0-video', prompt: 'p' },
    input: { prompt: 'p' },
    parameters: { resolution: '720P', ratio: '16:9', duration: 5, audio: true, ...off },
  },
  {
    name: 'wan3.0 text, everything',
    request: {
      model: 'wan3.0-video-prime',
      prompt: 'p',
      resolution: '480P',
      ratio: '21:9',
      durationSeconds: -1,
      audio: false,
      seed: -1,
      promptExtend: true,
      watermark: true,
    },
    input: { prompt: 'p' },
    parameters: {
      resolution: '480P',
      ratio: '21:9',
      duration: -1,
      audio: false,
      seed: -1,
      prompt_extend: true,
      watermark: true,
    },
  },
  {
    name: 'wan3.0 first and last frame, in the shape of the picture',
    request: { model: 'wan3.0-video', image: IMAGE, lastFrame: LAST },
    input: {
      media: [
        { type: 'first_frame', url: IMAGE },
        { type: 'last_frame', url: LAST },
      ],
    },
    parameters: { resolution: '720P', ratio: 'adaptive', duration: 5, audio: true, ...off },
  },
  {
    name: 'wan3.0 references of all kinds',
    request: {
      model: 'wan3.0-video',
      prompt: 'p',
      references: { images: [IMAGE], videos: [CLIP], audios: [SOUND] },
      durationSeconds: 29,
    },
    input: {
      prompt: 'p',
      media: [
        { type: 'reference_image', url: IMAGE },
        { type: 'reference_video', url: CLIP },
        { type: 'reference_audio', url: SOUND },
      ],
    },
    parameters: { resolution: '720P', ratio: '16:9', duration: 29, audio: true, ...off },
  },
  {
    name: 'wan3.0 edit',
    request: { model: 'wan3.0-video', prompt: 'p', video: CLIP },
    input: { prompt: 'p', media: [{ type: 'reference_video', url: CLIP }] },
    parameters: { resolution: '720P', ratio: 'adaptive', duration: 5, audio: true, ...off },
  },
  {
    name: 'wan3.0 continuation',
    request: { model: 'wan3.0-video', prompt: 'go on', firstClip: CLIP, ratio: 'adaptive' },
    input: { prompt: 'go on', media: [{ type: 'reference_video', url: CLIP }] },
    parameters: { resolution: '720P', ratio: 'adaptive', duration: 5, audio: true, ...off },
  },
  {
    name: 'wan2.6 text: pixels, shot type',
    request: {
      model: 'wan2.6-t2v',
      prompt: 'p',
      negativePrompt: 'n',
      audioUrl: SOUND,
      ratio: '4:3',
      durationSeconds: 2,
      promptExtend: true,
      shotType: 'multi',
      seed: 2_147_483_647,
    },
    input: { prompt: 'p', negative_prompt: 'n', audio_url: SOUND },
    parameters: {
      size: '1088*832',
      shot_type: 'multi',
      duration: 2,
      prompt_extend: true,
      watermark: false,
      seed: 2_147_483_647,
    },
  },
  {
    name: 'wan2.6 image: a resolution, not pixels',
    request: {
      model: 'wan2.6-i2v',
      image: IMAGE,
      audioUrl: SOUND,
      resolution: '1080P',
      promptExtend: true,
      shotType: 'single',
    },
    input: { img_url: IMAGE, audio_url: SOUND },
    parameters: { resolution: '1080P', shot_type: 'single', duration: 5, prompt_extend: true, watermark: false },
  },
  {
    name: 'wan2.6 flash image: the sound switch',
    request: { model: 'wan2.6-i2v-flash', image: IMAGE, audio: false },
    input: { img_url: IMAGE },
    parameters: { resolution: '720P', audio: false, duration: 5, ...off },
  },
  {
    name: 'wan2.6 reference: one list, images first',
    request: {
      model: 'wan2.6-r2v',
      prompt: 'character1',
      references: { videos: [CLIP], images: [IMAGE] },
      shotType: 'multi',
    },
    input: { prompt: 'character1', reference_urls: [IMAGE, CLIP] },
    parameters: { size: '1280*720', shot_type: 'multi', duration: 5, watermark: false },
  },
  {
    name: 'wan2.5 text',
    request: { model: 'wan2.5-t2v-preview', prompt: 'p', resolution: '480P', ratio: '1:1', durationSeconds: 10 },
    input: { prompt: 'p' },
    parameters: { size: '624*624', duration: 10, ...off },
  },
  {
    name: 'wan2.2 text has no 720P: the smaller size is the default',
    request: { model: 'wan2.2-t2v-plus', prompt: 'p' },
    input: { prompt: 'p' },
    parameters: { size: '832*480', duration: 5, ...off },
  },
  {
    name: 'wan2.2 key frames: own path and fields',
    request: { model: 'wan2.2-kf2v-flash', firstFrame: IMAGE, lastFrame: LAST, prompt: 'p' },
    path: IMAGE_TO_VIDEO,
    input: { prompt: 'p', first_frame_url: IMAGE, last_frame_url: LAST },
    parameters: { resolution: '720P', duration: 5, ...off },
  },
  {
    name: 'wanx2.1 key frames, first only',
    request: { model: 'wanx2.1-kf2v-plus', firstFrame: IMAGE },
    path: IMAGE_TO_VIDEO,
    input: { first_frame_url: IMAGE },
    parameters: { resolution: '720P', duration: 5, ...off },
  },
  {
    name: 'wan2.1 text, spelled as in Singapore',
    request: { model: 'wan2.1-t2v-turbo', prompt: 'p', ratio: '9:16' },
    input: { prompt: 'p' },
    parameters: { size: '720*1280', duration: 5, ...off },
  },
  {
    name: 'wanx2.1 vace: two lists of equal length',
    request: { model: 'wanx2.1-vace-plus', prompt: 'p', references: { images: [IMAGE, LAST] } },
    input: { prompt: 'p', function: 'image_reference', ref_images_url: [IMAGE, LAST] },
    parameters: { size: '1280*720', obj_or_bg: ['obj', 'obj'], duration: 5, ...off },
  },
];

describe('wireRequest', () => {
  it.each(cases)('$name', ({ request, path = VIDEO_GENERATION, model, input, parameters }) => {
    expect(wireOf(request)).toStrictEqual({ path, body: { model: model ?? request.model, input, parameters } });
  });

  const inputs = {
    text: {},
    image: { image: IMAGE },
    'first-and-last-frame': { firstFrame: IMAGE, lastFrame: LAST },
    reference: { references: { images: [IMAGE] } },
    edit: { video: CLIP },
    continuation: { firstClip: CLIP },
    document: { document: PDF },
    motion: { image: IMAGE, video: CLIP },
  };
  const all = listModels()
    .filter((model) => model.family !== 'portrait')
    .flatMap((model) => model.modes.map((mode) => ({ id: model.id, mode, model })));
  it.each(all)('sends $id $mode without nulls, and no field of another family', ({ id, mode, model }) => {
    const { path, body } = wireOf({ model: id, prompt: 'p', ...inputs[mode] });
    expect(path).toBe(id.includes('kf2v') ? IMAGE_TO_VIDEO : VIDEO_GENERATION);
    expect(body).toStrictEqual(JSON.parse(JSON.stringify(body)));
    expect(body.model).toBe(id);
    const fields = [...Object.keys(body.input), ...Object.keys(body.parameters)];
    const foreign = model.family === 'legacy' ? ['media', 'ratio'] : ['size', 'shot_type', 'img_url', 'reference_urls'];
    expect(fields.filter((field) => foreign.includes(field))).toEqual([]);
    // HappyHorse and 2.6 r2v have no extension; the watermark is always said, for not all have it off.
    const extended = model.extras.includes('promptExtend') ? mode === 'document' : undefined;
    expect([body.parameters.prompt_extend, body.parameters.watermark]).toEqual([extended, false]);
    expect('size' in body.parameters).not.toBe('resolution' in body.parameters);
  });
});
