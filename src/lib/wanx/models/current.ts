import type { FileRules } from '#lib/wanx/uploads/file-rules.ts';
import { REGIONS } from './regions.ts';
import { ALL_RESOLUTIONS, COMMON, type Traits } from './traits.ts';

// Wan 2.7 and 3.0, by their pages "text to video", "image to video (general)" and "Wan 3.0 video generation" of Alibaba's
// Model Studio, "reference to video" and "video editing" of 2.7 as of May 2026.

const PRICE_LIST = {
  priceDate: '2026-09-16',
  priceSource: 'Model Studio pricing page, Singapore list',
  priceNote: null,
};

const IMAGE_27 = { sides: { min: 240, max: 8000 }, maxStretch: 8, isOpaque: true };
const VIDEO_SIDES = { min: 240, max: 4096 };
const FILES_27: FileRules = { image: IMAGE_27, audio: { seconds: { min: 2, max: 30 } } };

const wan27: Traits = {
  ...COMMON,
  family: 'wan2.7',
  durations: { min: 2, max: 15 },
  promptLimit: 5000,
  sound: 'always',
  audioUrl: true,
  files: FILES_27,
  submitsPerSecond: 5,
  concurrentTasks: 5,
  pricePerSecondUsd: { '720P': 0.1, '1080P': 0.15 },
  ...PRICE_LIST,
};
const wan27image: Traits = {
  ...wan27,
  modes: ['image', 'first-and-last-frame', 'continuation'],
  ratios: [],
  files: { ...FILES_27, video: { seconds: { min: 2, max: 10 }, sides: VIDEO_SIDES, maxStretch: 8 } },
};
const wan27reference: Traits = {
  ...wan27,
  modes: ['reference'],
  maxSecondsWithVideo: 10,
  audioUrl: false,
  extras: [...wan27.extras, 'voice'],
  references: { images: 5, videos: 5, audios: 0, total: 5 },
  // Its only sounds are the voices of references.
  files: {
    image: IMAGE_27,
    video: { seconds: { min: 1, max: 30 }, sides: VIDEO_SIDES, maxStretch: 8 },
    audio: { seconds: { min: 1, max: 10 } },
  },
  billedInputSeconds: 5,
  priceNote: 'Seconds of reference video are also billed, up to 5.',
};
const wan27edit: Traits = {
  ...wan27,
  modes: ['edit'],
  durations: { min: 2, max: 10 },
  sourceDuration: true,
  audioUrl: false,
  extras: [...wan27.extras, 'audioSetting'],
  references: { images: 4, videos: 0, audios: 0, total: 4 },
  files: { image: IMAGE_27, video: { seconds: { min: 2, max: 10 }, sides: VIDEO_SIDES } },
  billedInputSeconds: 10,
  priceNote: 'Seconds of the input video are also billed.',
};

const wan30: Traits = {
  ...COMMON,
  family: 'wan3.0',
  modes: ['text', 'image', 'first-and-last-frame', 'reference', 'edit', 'continuation', 'document'],
  regions: REGIONS,
  resolutions: ALL_RESOLUTIONS,
  ratios: ['adaptive', '21:9', '16:9', '4:3', '1:1', '3:4', '9:16'],
  durations: { min: 2, max: 30 },
  // Input and output may have 30 s together, and a reference video has at least one.
  maxSecondsWithVideo: 29,
  maxSecondsTogether: 30,
  billedInputSeconds: 28,
  autoDuration: true,
  promptLimit: 20_000,
  negativePromptLimit: null,
  sound: 'switch',
  minSeed: -1,
  references: { images: 10, videos: 5, audios: 5, total: 20 },
  // Every video put in is a reference.
  files: { video: { seconds: { min: 1, max: 15 } }, audio: { seconds: { min: 0, max: 15 } } },
  submitsPerSecond: null,
  concurrentTasks: null,
};
const wan30priced: Traits = {
  ...wan30,
  ...PRICE_LIST,
  pricePerSecondUsd: { '480P': 0.05, '720P': 0.1, '1080P': 0.2 },
  priceNote: 'List price; the page showed a limited-time discount of 30 %. Seconds of input video are also billed.',
};

export const CURRENT_MODELS: Record<string, Traits> = {
  'wan3.0-video': wan30priced,
  'wan3.0-video-prime': wan30,
  'wan2.7-t2v': wan27,
  'wan2.7-t2v-2026-04-25': wan27,
  'wan2.7-t2v-2026-06-12': wan27,
  'wan2.7-i2v': wan27image,
  'wan2.7-i2v-2026-04-25': wan27image,
  'wan2.7-r2v': wan27reference,
  'wan2.7-r2v-2026-06-12': wan27reference,
  'wan2.7-videoedit': wan27edit,
};
