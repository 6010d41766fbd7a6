import { RATIOS, TIERS } from './clip-sizes.ts';
import { COMMON, type FieldRule, type ModelFamily, TEXT, tiers } from './model-family.ts';

const WAN27 = {
  protocol: '2.7',
  required: ['media'],
  path: 'video-generation',
  promptLimit: 5000,
  silent: false,
  defaultTier: '1080P',
  submitsPerSecond: 5,
  runningAtOnce: 5,
} as const;
/** One person of a picture, set in motion: no prompt, and as long as what is put in. */
const PORTRAIT = {
  protocol: 'legacy',
  path: 'image2video',
  promptLimit: 0,
  promptRequired: false,
  silent: false,
  submitsPerSecond: 5,
  runningAtOnce: 1,
  usage: 'video_duration',
} as const;
const PARAMETERS_27 = { ...COMMON, resolution: tiers('720P', '1080P'), duration: { integer: [2, 15] } } as const;
const RATIO_27: FieldRule = { oneOf: RATIOS.filter((ratio) => ratio !== '21:9') };

export const CURRENT_FAMILIES: readonly ModelFamily[] = [
  {
    ...WAN27,
    models: ['wan2.7-t2v', 'wan2.7-t2v-2026-04-25', 'wan2.7-t2v-2026-06-12'],
    mode: 'text',
    promptRequired: true,
    required: [],
    inputs: { ...TEXT, audio_url: 'media-url' },
    parameters: { ...PARAMETERS_27, ratio: RATIO_27 },
    usage: '2.7-text',
  },
  {
    ...WAN27,
    models: ['wan2.7-i2v', 'wan2.7-i2v-2026-04-25'],
    mode: 'frames',
    promptRequired: false,
    inputs: { ...TEXT, media: 'media-list' },
    parameters: PARAMETERS_27,
    usage: '2.7',
  },
  {
    ...WAN27,
    models: ['wan2.7-r2v', 'wan2.7-r2v-2026-06-12'],
    mode: 'reference',
    promptRequired: true,
    inputs: { ...TEXT, media: 'media-list' },
    parameters: { ...PARAMETERS_27, ratio: RATIO_27 },
    usage: '2.7',
  },
  {
    ...WAN27,
    models: ['wan2.7-videoedit'],
    mode: 'edit',
    promptRequired: true,
    inputs: { ...TEXT, media: 'media-list' },
    parameters: { ...PARAMETERS_27, ratio: RATIO_27, audio_setting: { oneOf: ['auto', 'origin'] } },
    usage: '2.7',
  },
  {
    models: ['wan3.0-video', 'wan3.0-video-prime'],
    mode: 'any',
    protocol: '3.0',
    path: 'video-generation',
    promptLimit: 20_000,
    promptRequired: false,
    required: [],
    inputs: { prompt: 'string', media: 'media-list' },
    parameters: {
      ...COMMON,
      seed: { integer: [-1, 2 ** 31 - 1] },
      resolution: tiers(...TIERS),
      ratio: { oneOf: ['adaptive', ...RATIOS] },
      duration: { integer: [2, 30], or: -1 },
      audio: 'boolean',
    },
    silent: false,
    defaultTier: '1080P',
    // The rate-limit page that was read does not list 3.0; the other current models' limits stand in.
    submitsPerSecond: 5,
    runningAtOnce: 5,
    usage: '3.0',
  },
  {
    ...PORTRAIT,
    models: ['wan2.2-s2v'],
    mode: 'speech',
    required: ['image_url', 'audio_url'],
    inputs: { image_url: 'media-url', audio_url: 'media-url' },
    parameters: { resolution: tiers('480P', '720P') },
    defaultTier: '480P',
  },
  {
    ...PORTRAIT,
    models: ['wan2.2-animate-move', 'wan2.2-animate-mix'],
    mode: 'motion',
    required: ['image_url', 'video_url'],
    inputs: { image_url: 'media-url', video_url: 'media-url', watermark: 'boolean' },
    parameters: { mode: { oneOf: ['wan-std', 'wan-pro'] } },
    defaultTier: '720P',
  },
];
