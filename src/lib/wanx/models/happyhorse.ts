import type { FileLimits } from '#lib/wanx/uploads/file-rules.ts';
import { COMMON, type Extra, PRICE_PAGE, type Ratio, type Traits } from './traits.ts';

// HappyHorse 1.0, by its pages "text to video", "image to video", "reference to video" and "video editing" of Alibaba's
// Model Studio (May 2026): the protocol of Wan 2.7 with fewer options. The watermark is on unless it is sent as off.

const RATIOS: readonly Ratio[] = ['16:9', '9:16', '1:1', '4:3', '3:4', '4:5', '5:4', '9:21', '21:9'];
const IMAGE: Partial<FileLimits> = { formats: ['jpeg', 'png', 'webp'] };
const ANY_SIZE = Number.POSITIVE_INFINITY;
const extras: readonly Extra[] = ['watermark', 'seed'];

const happyHorse: Traits = {
  ...COMMON,
  family: 'happyhorse',
  regions: ['beijing', 'singapore', 'us', 'frankfurt'],
  ratios: RATIOS,
  durations: { min: 3, max: 15 },
  promptLimit: 5000,
  chineseCountsTwice: true,
  negativePromptLimit: null,
  sound: 'always',
  extras,
  submitsPerSecond: 5,
  concurrentTasks: 5,
  ...PRICE_PAGE,
  pricePerSecondUsd: { '720P': 0.14, '1080P': 0.24 },
};

export const HAPPYHORSE_MODELS: Record<string, Traits> = {
  'happyhorse-1.0-t2v': happyHorse,
  'happyhorse-1.0-i2v': {
    ...happyHorse,
    modes: ['image'],
    ratios: [],
    files: { image: { ...IMAGE, sides: { min: 300, max: ANY_SIZE }, maxStretch: 2.5 } },
  },
  'happyhorse-1.0-r2v': {
    ...happyHorse,
    modes: ['reference'],
    references: { images: 9, videos: 0, audios: 0, total: 9 },
    files: { image: { ...IMAGE, sides: { min: 400, max: ANY_SIZE } } },
  },
  'happyhorse-1.0-video-edit': {
    ...happyHorse,
    modes: ['edit'],
    ratios: [],
    sourceDuration: true,
    takesDuration: false,
    extras: [...extras, 'audioSetting'],
    references: { images: 5, videos: 0, audios: 0, total: 5 },
    files: {
      image: { ...IMAGE, sides: { min: 300, max: ANY_SIZE } },
      video: { sides: { min: 360, max: 4096 }, maxStretch: 2.5, seconds: { min: 3, max: 60 } },
    },
    // A longer video is used up to its 15th second. That no more is billed is not said.
    billedInputSeconds: 15,
    priceNote: 'Seconds of the input video are also billed.',
  },
};
