import { type ModelFamily, tiers } from './model-family.ts';

/** One person of a picture, set in motion: no prompt, and as long as what is put in. */
const PORTRAIT = {
  path: 'image2video',
  promptLimit: 0,
  silent: false,
  submitsPerSecond: 5,
  runningAtOnce: 1,
} as const;

export const PORTRAIT_FAMILIES: readonly ModelFamily[] = [
  {
    ...PORTRAIT,
    models: ['wan2.2-s2v'],
    required: ['image_url', 'audio_url'],
    inputs: { image_url: 'image', audio_url: 'file' },
    // The sample sends the style "speech"; no page lists others.
    parameters: { resolution: tiers('480P', '720P'), style: 'string' },
    defaultTier: '480P',
  },
  {
    ...PORTRAIT,
    models: ['wan2.2-animate-move', 'wan2.2-animate-mix'],
    required: ['image_url', 'video_url'],
    requiredParameters: ['mode'],
    inputs: { image_url: 'file', video_url: 'file', watermark: 'boolean' },
    parameters: { mode: { oneOf: ['wan-std', 'wan-pro'] }, check_image: 'boolean' },
    defaultTier: '720P',
  },
  {
    ...PORTRAIT,
    models: ['video-style-transform'],
    path: 'video-generation',
    required: ['video_url'],
    inputs: { video_url: 'file' },
    parameters: {
      style: { integer: [0, 7] },
      video_fps: { integer: [15, 25] },
      animate_emotion: 'boolean',
      min_len: { oneOf: [720, 540] },
      use_SR: 'boolean',
    },
    defaultTier: '720P',
    // The model page says 2 and 1, the rate-limit page 20 and 2: the lower ones, so that no client relies on the higher.
    submitsPerSecond: 2,
    runningAtOnce: 1,
  },
];
