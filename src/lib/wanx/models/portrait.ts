import { MIB } from '#lib/wanx/uploads/file-rules.ts';
import { COMMON, PRICE_PAGE, type Traits } from './traits.ts';

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
  extras: ['quality', 'watermark', 'checkImage'],
  files: {
    image: { maxBytes: 5 * MIB, inline: false, sides: { min: 200, max: 4096 }, maxStretch: 3, isAsciiUrl: true },
    video: {
      maxBytes: 200 * MIB,
      formats: ['mp4', 'mov', 'avi'],
      sides: { min: 200, max: 2048 },
      maxStretch: 3,
      seconds: { min: 2, max: 30 },
      isAsciiUrl: true,
    },
  },
  ...PRICE_PAGE,
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
    files: { image: { sides: { min: 400, max: 7000 } }, audio: { seconds: { min: 0, max: 20 } } },
    // The English page of the model has the prices of Beijing in dollars.
    pricePerSecondUsd: { '480P': 0.071677, '720P': 0.129018 },
    priceRegion: 'beijing',
    priceDate: PRICE_PAGE.priceDate,
    priceSource: 'Model Studio page of wan2.2-s2v, Beijing',
  },
  'wan2.2-animate-move': { ...animate, pricePerSecondUsd: { standard: 0.12, professional: 0.18 } },
  'wan2.2-animate-mix': { ...animate, pricePerSecondUsd: { standard: 0.18, professional: 0.26 } },
};
