import { ALL_RESOLUTIONS, COMMON, type Extra, HIGH_RESOLUTIONS, type Traits } from './model-traits.ts';

// Wan 2.1 to 2.6, by the legacy pages "text to video", "image to video", "first and last frame", "reference to video" and
// "video editing (2.1)" of Alibaba's Model Studio.

const PRICE_PAGE_2025 = { priceDate: '2025-05-22', priceSource: 'Model Studio pricing page of 2025, Singapore' };

const legacy: Traits = { ...COMMON, sizedByPixels: true };
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
} satisfies Partial<Traits>;

const wan25: Traits = {
  ...legacy,
  resolutions: ALL_RESOLUTIONS,
  durations: [5, 10],
  promptLimit: 1500,
  sound: 'always',
  audioUrl: true,
  submitsPerSecond: 5,
  concurrentTasks: 5,
};
const wan26: Traits = {
  ...wan25,
  resolutions: HIGH_RESOLUTIONS,
  durations: { min: 2, max: 15 },
  shotType: true,
};
/** The three that are served in Virginia and Frankfurt as well. */
const abroad = { regions: ['beijing', 'singapore', 'us', 'frankfurt'] } satisfies Partial<Traits>;
const wan26text: Traits = { ...wan26, ...abroad, shotTypeNeedsPromptExtend: true };
const wan26image: Traits = { ...wan26, ...fromImage };
const wan26reference: Traits = {
  ...wan26,
  modes: ['reference'],
  durations: { min: 2, max: 10 },
  audioUrl: false,
  references: { images: 5, videos: 3, audios: 0, total: 5 },
};

/** 2.1 is spelled `wanx2.1-…` in Beijing and `wan2.1-…` in Singapore. */
function bothSpellings(suffix: string, traits: Traits): Record<string, Traits> {
  return {
    [`wanx2.1-${suffix}`]: { ...traits, regions: ['beijing'] },
    [`wan2.1-${suffix}`]: { ...traits, regions: ['singapore'] },
  };
}

const turbo: Traits = { ...legacy, resolutions: ['480P', '720P'] };
const plus: Traits = { ...legacy, resolutions: ['720P'] };
const flash: Traits = { ...legacy, resolutions: ALL_RESOLUTIONS };
const frames21: Traits = { ...plus, ...fromFrames };
const vace: Traits = {
  ...plus,
  modes: ['reference'],
  extras: [...COMMON.extras, 'background'],
  references: { images: 3, videos: 0, audios: 0, total: 3 },
};

export const LEGACY_MODELS: Record<string, Traits> = {
  'wan2.6-t2v': wan26text,
  'wan2.6-t2v-us': { ...wan26text, regions: ['us'], durations: [5, 10] },
  'wan2.6-i2v': { ...wan26image, ...abroad },
  'wan2.6-i2v-us': { ...wan26image, regions: ['us'] },
  'wan2.6-i2v-flash': { ...wan26image, sound: 'switch' },
  'wan2.6-r2v': { ...wan26reference, ...abroad },
  'wan2.6-r2v-flash': { ...wan26reference, sound: 'switch' },
  'wan2.5-t2v-preview': wan25,
  'wan2.5-i2v-preview': { ...wan25, ...fromImage },
  'wan2.2-t2v-plus': { ...legacy, resolutions: ['480P', '1080P'] },
  'wan2.2-i2v-plus': { ...legacy, ...fromImage, resolutions: ['480P', '1080P'] },
  'wan2.2-i2v-flash': { ...flash, ...fromImage, durations: [5, 8], durationsByResolution: { '1080P': [5] } },
  'wan2.2-kf2v-flash': { ...flash, ...fromFrames },
  ...bothSpellings('t2v-turbo', {
    ...turbo,
    ...PRICE_PAGE_2025,
    pricePerSecondUsd: { '480P': 0.036, '720P': 0.036 },
  }),
  ...bothSpellings('t2v-plus', { ...plus, ...PRICE_PAGE_2025, pricePerSecondUsd: { '720P': 0.1 } }),
  ...bothSpellings('i2v-turbo', { ...turbo, ...fromImage }),
  ...bothSpellings('i2v-plus', { ...plus, ...fromImage }),
  'wanx2.1-kf2v-plus': { ...frames21, regions: ['beijing'] },
  // The rate-limit page gives Singapore half of Beijing's rate.
  'wan2.1-kf2v-plus': { ...frames21, regions: ['singapore'], submitsPerSecond: 1 },
  'wanx2.1-vace-plus': { ...vace, regions: ['beijing'] },
  'wan2.1-vace-plus': {
    ...vace,
    regions: ['singapore'],
    pricePerSecondUsd: { '720P': 0.1 },
    priceDate: '2025-06-23',
    priceSource: 'Model Studio page of wan2.1-vace-plus of 2025, Singapore',
  },
};
