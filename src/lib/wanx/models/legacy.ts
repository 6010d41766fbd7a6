import { type FileRules, MIB } from '#lib/wanx/uploads/file-rules.ts';
import { ALL_RESOLUTIONS, COMMON, type Extra, HIGH_RESOLUTIONS, PRICE_PAGE, type Traits } from './traits.ts';

// Wan 2.1 to 2.6, by the legacy pages "text to video", "image to video", "first and last frame", "reference to video" and
// "video editing (2.1)" of Alibaba's Model Studio, April and May 2026.

const SIDES = { min: 240, max: 8000 };
const FILES_25: FileRules = { image: { sides: SIDES }, audio: { seconds: { min: 3, max: 30 } } };

const legacy: Traits = { ...COMMON, sizedByPixels: true, files: { image: { maxBytes: 10 * MIB, sides: SIDES } } };
const withTemplate: readonly Extra[] = [...COMMON.extras, 'template'];
const fromImage = {
  modes: ['image'],
  ratios: [],
  sizedByPixels: false,
  extras: withTemplate,
} satisfies Partial<Traits>;
const fromFrames = {
  modes: ['image', 'first-and-last-frame'],
  ratios: [],
  sizedByPixels: false,
  service: 'image2video',
  extras: withTemplate,
} satisfies Partial<Traits>;

const wan25: Traits = {
  ...legacy,
  resolutions: ALL_RESOLUTIONS,
  durations: [5, 10],
  promptLimit: 1500,
  sound: 'always',
  audioUrl: true,
  files: FILES_25,
  submitsPerSecond: 5,
  concurrentTasks: 5,
  ...PRICE_PAGE,
  pricePerSecondUsd: { '480P': 0.05, '720P': 0.1, '1080P': 0.15 },
};
const wan26: Traits = {
  ...wan25,
  resolutions: HIGH_RESOLUTIONS,
  durations: { min: 2, max: 15 },
  shotType: true,
  shotTypeNeedsPromptExtend: true,
  pricePerSecondUsd: { '720P': 0.1, '1080P': 0.15 },
};
const wan26flash = {
  sound: 'switch',
  pricePerSecondUsd: { '720P': 0.05, '1080P': 0.075 },
  silentPriceShare: 0.5,
} satisfies Partial<Traits>;
/** The three that are served in Virginia and Frankfurt as well. */
const abroad = { regions: ['beijing', 'singapore', 'us', 'frankfurt'] } satisfies Partial<Traits>;
const virginia = {
  regions: ['us'],
  priceRegion: 'us',
  priceSource: 'Model Studio pricing page, Virginia list',
} satisfies Partial<Traits>;
const wan26text: Traits = { ...wan26, ...abroad };
const wan26image: Traits = { ...wan26, ...fromImage };
const wan26reference: Traits = {
  ...wan26,
  modes: ['reference'],
  durations: { min: 2, max: 10 },
  audioUrl: false,
  // Its page has no prompt extension, and ties the shots to none.
  extras: ['watermark', 'seed'],
  shotTypeNeedsPromptExtend: false,
  references: { images: 5, videos: 3, audios: 0, total: 5 },
  files: { image: { sides: SIDES, inline: false }, video: { seconds: { min: 1, max: 30 } } },
  billedInputSeconds: 5,
  priceNote: 'Seconds of reference video are also billed, up to 5.',
};

/** 2.1 is spelled `wanx2.1-…` in Beijing, where it is billed in CNY at nearly the same price, and `wan2.1-…` in Singapore. */
function bothSpellings(suffix: string, traits: Traits): Record<string, Traits> {
  return {
    [`wanx2.1-${suffix}`]: { ...traits, regions: ['beijing'] },
    [`wan2.1-${suffix}`]: { ...traits, regions: ['singapore'] },
  };
}

const turbo: Traits = {
  ...legacy,
  ...PRICE_PAGE,
  resolutions: ['480P', '720P'],
  pricePerSecondUsd: { '480P': 0.036, '720P': 0.036 },
};
const plus: Traits = { ...legacy, ...PRICE_PAGE, resolutions: ['720P'], pricePerSecondUsd: { '720P': 0.1 } };
const plus22: Traits = {
  ...legacy,
  ...PRICE_PAGE,
  resolutions: ['480P', '1080P'],
  pricePerSecondUsd: { '480P': 0.02, '1080P': 0.1 },
};
const frames21: Traits = { ...plus, ...fromFrames };
const vace: Traits = {
  ...plus,
  modes: ['reference'],
  negativePromptLimit: null,
  extras: [...COMMON.extras, 'background'],
  references: { images: 3, videos: 0, audios: 0, total: 3 },
  files: {
    image: {
      maxBytes: 10 * MIB,
      formats: ['jpeg', 'png', 'bmp', 'webp', 'tiff'],
      inline: false,
      sides: { min: 360, max: 2000 },
      isAsciiUrl: true,
    },
  },
};

export const LEGACY_MODELS: Record<string, Traits> = {
  'wan2.6-t2v': wan26text,
  'wan2.6-t2v-us': { ...wan26text, ...virginia, durations: [5, 10] },
  'wan2.6-i2v': { ...wan26image, ...abroad },
  'wan2.6-i2v-us': { ...wan26image, ...virginia, durations: [5, 10, 15] },
  'wan2.6-i2v-flash': { ...wan26image, ...wan26flash },
  'wan2.6-r2v': { ...wan26reference, ...abroad },
  'wan2.6-r2v-flash': { ...wan26reference, ...wan26flash },
  'wan2.5-t2v-preview': wan25,
  'wan2.5-i2v-preview': { ...wan25, ...fromImage },
  'wan2.2-t2v-plus': plus22,
  'wan2.2-i2v-plus': { ...plus22, ...fromImage },
  // The list of Singapore has no 1080P for it, and no kf2v-flash at all.
  'wan2.2-i2v-flash': {
    ...legacy,
    ...PRICE_PAGE,
    ...fromImage,
    resolutions: ALL_RESOLUTIONS,
    pricePerSecondUsd: { '480P': 0.015, '720P': 0.036 },
  },
  'wan2.2-kf2v-flash': { ...legacy, ...fromFrames, resolutions: ALL_RESOLUTIONS },
  ...bothSpellings('t2v-turbo', turbo),
  ...bothSpellings('t2v-plus', plus),
  ...bothSpellings('i2v-turbo', { ...turbo, ...fromImage, durations: [3, 4, 5] }),
  ...bothSpellings('i2v-plus', { ...plus, ...fromImage }),
  'wanx2.1-kf2v-plus': { ...frames21, regions: ['beijing'] },
  // The rate-limit page gives Singapore half of Beijing's rate.
  'wan2.1-kf2v-plus': { ...frames21, regions: ['singapore'], submitsPerSecond: 1 },
  // The list of Beijing was not read for it.
  'wanx2.1-vace-plus': { ...vace, regions: ['beijing'], pricePerSecondUsd: null, priceDate: null, priceSource: null },
  'wan2.1-vace-plus': { ...vace, regions: ['singapore'] },
};
