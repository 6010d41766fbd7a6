import { COMMON, type Traits } from './model-traits.ts';

// Models that set one person in motion, by the pages "wan2.2-s2v API reference", "Wan image-to-action" and "Wan video
// character swap" of Alibaba's Model Studio (March to June 2026). They take no prompt; the length follows the input.

const portrait: Traits = {
  ...COMMON,
  family: 'portrait',
  service: 'image2video',
  ratios: [],
  sourceDuration: true,
  takesDuration: false,
  promptLimit: 0,
  negativePromptLimit: null,
  sound: 'always',
  extras: [],
  submitsPerSecond: 5,
  concurrentTasks: 1,
};
const animate: Traits = {
  ...portrait,
  modes: ['motion'],
  resolutions: [],
  sound: 'source',
  durations: { min: 2, max: 30 },
  extras: ['quality', 'watermark'],
};

export const PORTRAIT_MODELS: Record<string, Traits> = {
  'wan2.2-s2v': {
    ...portrait,
    modes: ['image'],
    regions: ['beijing'],
    resolutions: ['480P', '720P'],
    durations: { min: 1, max: 20 },
    audioUrl: true,
    needsAudioUrl: true,
  },
  'wan2.2-animate-move': animate,
  'wan2.2-animate-mix': animate,
};
