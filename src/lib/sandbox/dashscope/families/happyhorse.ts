import { type FieldRule, type MediaRule, type ModelFamily, type RequestRules, SEED, tiers } from './model-family.ts';

const HAPPYHORSE = {
  path: 'video-generation',
  promptLimit: 5000,
  countsHanTwice: true,
  silent: false,
  defaultTier: '1080P',
  submitsPerSecond: 5,
  runningAtOnce: 5,
} as const;
// No negative_prompt, prompt_extend, audio, audio_url, shot_type or size.
const PARAMETERS = { resolution: tiers('720P', '1080P'), watermark: 'boolean', seed: SEED } as const;
const DURATION: FieldRule = { integer: [3, 15] };
const RATIO: FieldRule = { oneOf: ['16:9', '9:16', '1:1', '4:3', '3:4', '4:5', '5:4', '9:21', '21:9'] };

function withMedia(required: string[], media: MediaRule, parameters: RequestRules['parameters']): RequestRules {
  return { required, inputs: { prompt: 'string', media: 'media-list' }, parameters, media };
}

export const HAPPYHORSE_FAMILIES: readonly ModelFamily[] = [
  {
    ...HAPPYHORSE,
    models: ['happyhorse-1.0-t2v'],
    required: ['prompt'],
    inputs: { prompt: 'string' },
    parameters: { ...PARAMETERS, duration: DURATION, ratio: RATIO },
    pictureComplaint: 'The parameter is invalid.',
  },
  {
    ...HAPPYHORSE,
    ...withMedia(['media'], { limits: { first_frame: [1, 1] } }, { ...PARAMETERS, duration: DURATION }),
    models: ['happyhorse-1.0-i2v'],
    pictureComplaint: 'The parameter is invalid.',
  },
  {
    ...HAPPYHORSE,
    ...withMedia(
      ['prompt', 'media'],
      { limits: { reference_image: [1, 9] } },
      { ...PARAMETERS, duration: DURATION, ratio: RATIO },
    ),
    models: ['happyhorse-1.0-r2v'],
    pictureComplaint: 'The resolution is not valid.',
  },
  {
    ...HAPPYHORSE,
    ...withMedia(
      ['prompt', 'media'],
      { limits: { video: [1, 1], reference_image: [0, 5] } },
      { ...PARAMETERS, audio_setting: { oneOf: ['auto', 'origin'] } },
    ),
    models: ['happyhorse-1.0-video-edit'],
    pictureComplaint: 'The resolution is not valid.',
  },
];
