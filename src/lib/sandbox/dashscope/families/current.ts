import { TIERS } from '#lib/sandbox/clips/clip-sizes.ts';
import { COMMON, type FieldRule, type ModelFamily, TEXT, tiers } from './model-family.ts';

const WAN27 = {
  path: 'video-generation',
  promptLimit: 5000,
  silent: false,
  defaultTier: '1080P',
  submitsPerSecond: 5,
  runningAtOnce: 5,
} as const;
const MEDIA = { ...TEXT, media: 'media-list' } as const;
const PARAMETERS_27 = { ...COMMON, resolution: tiers('720P', '1080P'), duration: { integer: [2, 15] } } as const;
const FIVE_RATIOS = ['16:9', '9:16', '1:1', '4:3', '3:4'] as const;
const RATIO_27: FieldRule = { oneOf: FIVE_RATIOS };

/** I2V27: each type at most once, and only these sets. */
const FRAME_SETS = [
  'first_frame',
  'driving_audio,first_frame',
  'first_frame,last_frame',
  'driving_audio,first_frame,last_frame',
  'first_clip',
  'first_clip,last_frame',
];

export const CURRENT_FAMILIES: readonly ModelFamily[] = [
  {
    ...WAN27,
    models: ['wan2.7-t2v', 'wan2.7-t2v-2026-04-25', 'wan2.7-t2v-2026-06-12'],
    required: ['prompt'],
    inputs: { ...TEXT, audio_url: 'file' },
    parameters: { ...PARAMETERS_27, ratio: RATIO_27 },
  },
  {
    ...WAN27,
    models: ['wan2.7-i2v', 'wan2.7-i2v-2026-04-25'],
    required: ['media'],
    inputs: MEDIA,
    parameters: PARAMETERS_27,
    media: { sets: FRAME_SETS },
  },
  {
    ...WAN27,
    models: ['wan2.7-r2v', 'wan2.7-r2v-2026-06-12'],
    required: ['prompt', 'media'],
    inputs: MEDIA,
    parameters: { ...PARAMETERS_27, ratio: RATIO_27 },
    media: {
      limits: { reference_image: [0, 5], reference_video: [0, 5], first_frame: [0, 1] },
      references: [1, 5],
      speakers: ['reference_image', 'reference_video'],
    },
    longestWithVideo: 10,
  },
  {
    ...WAN27,
    models: ['wan2.7-videoedit'],
    required: ['media'],
    inputs: MEDIA,
    parameters: {
      ...PARAMETERS_27,
      ratio: RATIO_27,
      // 0: as long as the source.
      duration: { integer: [2, 10], or: 0 },
      // The third is a constant of the Java SDK; the page names the first two.
      audio_setting: { oneOf: ['auto', 'origin', 'no_audio'] },
    },
    media: { limits: { video: [1, 1], reference_image: [0, 4] } },
  },
  {
    models: ['wan3.0-video', 'wan3.0-video-prime'],
    path: 'video-generation',
    promptLimit: 20_000,
    required: [],
    requiredOneOf: [['prompt', 'media']],
    inputs: { prompt: 'string', media: 'media-list' },
    parameters: {
      ...COMMON,
      seed: { integer: [-1, 2 ** 31 - 1] },
      resolution: tiers(...TIERS),
      ratio: { oneOf: ['adaptive', '21:9', ...FIVE_RATIOS] },
      duration: { integer: [2, 30], or: -1 },
      audio: 'boolean',
    },
    media: {
      limits: {
        first_frame: [0, 1],
        last_frame: [0, 1],
        reference_image: [0, 10],
        reference_video: [0, 5],
        reference_audio: [0, 5],
        file: [0, 1],
        link: [0, 1],
      },
      framesStandAlone: true,
    },
    // Input and output have 30 s together.
    longestWithVideo: 29,
    silent: false,
    defaultTier: '1080P',
    // The rate-limit page that was read does not list 3.0; the other current models' limits stand in.
    submitsPerSecond: 5,
    runningAtOnce: 5,
  },
];
