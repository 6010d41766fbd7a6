import { describe, it } from 'vitest';
import {
  bodyOf,
  CLIP,
  type CreateCase,
  expectAccepted,
  expectRefused,
  IMAGE,
  type RefusedCase,
  SOUND,
  withoutParameters,
} from '../../../fixtures/sandbox/create-cases.ts';

const accepted: CreateCase[] = [
  {
    name: 'motion',
    path: 'image2video',
    body: bodyOf(
      'wan2.2-animate-move',
      { image_url: IMAGE, video_url: CLIP, watermark: true },
      { mode: 'wan-std', check_image: false },
    ),
  },
  {
    name: 'speech, as in the sample',
    path: 'image2video',
    body: bodyOf('wan2.2-s2v', { image_url: IMAGE, audio_url: SOUND }, { resolution: '480P', style: 'speech' }),
  },
  {
    name: 'a style transform',
    body: bodyOf(
      'video-style-transform',
      { video_url: CLIP },
      { style: 7, video_fps: 25, animate_emotion: true, min_len: 540, use_SR: false },
    ),
  },
];

const refused: RefusedCase[] = [
  {
    name: 'motion without parameters',
    path: 'image2video',
    body: { model: 'wan2.2-animate-mix', input: { image_url: IMAGE, video_url: CLIP } },
    code: 'BadRequest.EmptyParameters',
    message: 'Required parameter "parameters" missing from request.',
  },
  {
    name: 'motion without mode',
    path: 'image2video',
    body: bodyOf('wan2.2-animate-move', { image_url: IMAGE, video_url: CLIP }),
    message: 'Field required: parameters.mode',
  },
  {
    name: 'speech without sound',
    path: 'image2video',
    body: bodyOf('wan2.2-s2v', { image_url: IMAGE }),
    message: 'Field required: input.audio_url',
  },
  {
    name: 'another mode of motion',
    path: 'image2video',
    body: bodyOf('wan2.2-animate-mix', { image_url: IMAGE, video_url: CLIP }, { mode: 'pro' }),
    message: /wan-std, wan-pro/,
  },
  { name: 'style 8', body: bodyOf('video-style-transform', { video_url: CLIP }, { style: 8 }), message: /0 to 7/ },
];

const NEEDS_PARAMETERS = ['motion'];

describe('the models that set a person in motion', () => {
  it.each(accepted)('accepts $name', expectAccepted);

  it.each(accepted.filter(({ name }) => !NEEDS_PARAMETERS.includes(name)))('accepts $name without parameters', (one) =>
    expectAccepted(withoutParameters(one)),
  );

  it.each(refused)('refuses $name', expectRefused);
});
