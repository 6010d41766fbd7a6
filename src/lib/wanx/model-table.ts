// What each Wan model takes, from Alibaba's API pages as of 2026-11. Where a page is silent, the narrower reading is
// taken: a refused option costs nothing, an ignored one is billed.

export type Family = 'legacy' | 'wan2.7' | 'wan3.0';
export type Mode = 'text' | 'image' | 'first-and-last-frame' | 'reference' | 'edit' | 'continuation';
export type Resolution = '480P' | '720P' | '1080P';
export type Ratio = 'adaptive' | '21:9' | '16:9' | '4:3' | '1:1' | '3:4' | '9:16';
/** Whole seconds. */
export type Durations = readonly number[] | { readonly min: number; readonly max: number };

export interface ReferenceLimits {
  images: number;
  videos: number;
  audios: number;
  /** Of all kinds together. */
  total: number;
}

export interface WanModel {
  id: string;
  /** Which protocol its request body follows. */
  family: Family;
  modes: readonly Mode[];
  /** Last but one step of the request path. */
  service: 'video-generation' | 'image2video';
  resolutions: readonly Resolution[];
  /** Empty: the model takes none, the picture follows the input. */
  ratios: readonly Ratio[];
  /** Legacy models that are told pixels (`size`) and not a resolution. */
  sizedByPixels: boolean;
  durations: Durations;
  durationsByResolution?: Partial<Record<Resolution, Durations>>;
  /** With a reference video the limit is lower. */
  maxSecondsWithReferenceVideo?: number;
  /** Takes -1: the model chooses the length. */
  autoDuration: boolean;
  /** With no duration sent, the result is as long as the video put in. */
  sourceDuration: boolean;
  promptLimit: number;
  /** null: the model has no negative prompt. */
  negativePromptLimit: number | null;
  sound: 'always' | 'switch' | 'silent';
  audioUrl: boolean;
  shotType: boolean;
  /** `shotType` is ignored unless the prompt is extended. */
  shotTypeNeedsPromptExtend: boolean;
  minSeed: 0 | -1;
  references: ReferenceLimits | null;
  /** Submissions a second, for one account and model; null: not published. */
  submitsPerSecond: number | null;
  concurrentTasks: number | null;
  /** List price of Singapore, USD for each second of output; null: not known. */
  pricePerSecondUsd: Partial<Record<Resolution, number>> | null;
  priceDate: string | null;
  priceSource: string | null;
  priceNote: string | null;
}

type Traits = Omit<WanModel, 'id'>;

/** Pixels of the legacy protocol, `width*height`. */
export const LEGACY_PIXELS: Record<Resolution, Partial<Record<Ratio, string>>> = {
  '480P': { '16:9': '832*480', '9:16': '480*832', '1:1': '624*624' },
  '720P': { '16:9': '1280*720', '9:16': '720*1280', '1:1': '960*960', '4:3': '1088*832', '3:4': '832*1088' },
  '1080P': { '16:9': '1920*1080', '9:16': '1080*1920', '1:1': '1440*1440', '4:3': '1632*1248', '3:4': '1248*1632' },
};

const BOTH: readonly Resolution[] = ['720P', '1080P'];
const ALL: readonly Resolution[] = ['480P', '720P', '1080P'];
const FIVE_RATIOS: readonly Ratio[] = ['16:9', '9:16', '1:1', '4:3', '3:4'];
const NO_PRICE = { pricePerSecondUsd: null, priceDate: null, priceSource: null, priceNote: null } as const;
const PRICE_LIST = {
  priceDate: '2026-09-16',
  priceSource: 'Model Studio pricing page, Singapore list',
  priceNote: null,
};
const PRICE_PAGE_2025 = { priceDate: '2025-05-22', priceSource: 'Model Studio pricing page of 2025, Singapore' };

const legacy: Traits = {
  family: 'legacy',
  modes: ['text'],
  service: 'video-generation',
  resolutions: BOTH,
  ratios: FIVE_RATIOS,
  sizedByPixels: true,
  durations: [5],
  autoDuration: false,
  sourceDuration: false,
  promptLimit: 800,
  negativePromptLimit: 500,
  sound: 'silent',
  audioUrl: false,
  shotType: false,
  shotTypeNeedsPromptExtend: false,
  minSeed: 0,
  references: null,
  submitsPerSecond: 2,
  concurrentTasks: 2,
  ...NO_PRICE,
};
const fromImage = { modes: ['image'], ratios: [], sizedByPixels: false } satisfies Partial<Traits>;
const fromFrames = {
  ...fromImage,
  modes: ['image', 'first-and-last-frame'],
  service: 'image2video',
} satisfies Partial<Traits>;

const wan25: Traits = {
  ...legacy,
  resolutions: ALL,
  durations: [5, 10],
  promptLimit: 1500,
  sound: 'always',
  audioUrl: true,
  submitsPerSecond: 5,
  concurrentTasks: 5,
};
const wan26: Traits = { ...wan25, resolutions: BOTH, durations: { min: 2, max: 15 }, shotType: true };
const wan26text: Traits = { ...wan26, shotTypeNeedsPromptExtend: true };
const wan26image: Traits = { ...wan26, ...fromImage };
const wan26reference: Traits = {
  ...wan26,
  modes: ['reference'],
  durations: { min: 2, max: 10 },
  audioUrl: false,
  references: { images: 5, videos: 3, audios: 0, total: 5 },
};

const wan27: Traits = {
  ...legacy,
  family: 'wan2.7',
  sizedByPixels: false,
  durations: { min: 2, max: 15 },
  promptLimit: 5000,
  sound: 'always',
  audioUrl: true,
  submitsPerSecond: 5,
  concurrentTasks: 5,
  pricePerSecondUsd: { '720P': 0.1, '1080P': 0.15 },
  ...PRICE_LIST,
};
const wan27image: Traits = { ...wan27, modes: ['image', 'first-and-last-frame', 'continuation'], ratios: [] };
const wan27reference: Traits = {
  ...wan27,
  modes: ['reference'],
  maxSecondsWithReferenceVideo: 10,
  audioUrl: false,
  references: { images: 5, videos: 5, audios: 0, total: 5 },
  priceNote: 'Seconds of reference video put in are billed as well, 5 at most.',
};
const wan27edit: Traits = {
  ...wan27,
  modes: ['edit'],
  ratios: [],
  durations: { min: 2, max: 10 },
  sourceDuration: true,
  audioUrl: false,
  // Resellers say 3 and 4 reference images: the lower number is safe with both.
  references: { images: 3, videos: 0, audios: 0, total: 3 },
  priceNote: 'Seconds of the video put in are billed as well.',
};

const wan30: Traits = {
  ...legacy,
  family: 'wan3.0',
  modes: ['text', 'image', 'first-and-last-frame', 'reference', 'edit', 'continuation'],
  resolutions: ALL,
  ratios: ['adaptive', '21:9', '16:9', '4:3', '1:1', '3:4', '9:16'],
  sizedByPixels: false,
  durations: { min: 2, max: 30 },
  autoDuration: true,
  promptLimit: 20_000,
  negativePromptLimit: null,
  sound: 'switch',
  minSeed: -1,
  references: { images: 10, videos: 5, audios: 5, total: 20 },
  submitsPerSecond: null,
  concurrentTasks: null,
};
const wan30priced: Traits = {
  ...wan30,
  ...PRICE_LIST,
  pricePerSecondUsd: { '480P': 0.05, '720P': 0.1, '1080P': 0.2 },
  priceNote: 'List price; the page showed a limited-time discount of 30 %. Seconds of video put in are billed as well.',
};

/** 2.1 is spelled `wanx2.1-…` in Beijing and `wan2.1-…` in Singapore. */
function bothSpellings(suffix: string, traits: Traits): Record<string, Traits> {
  return { [`wanx2.1-${suffix}`]: traits, [`wan2.1-${suffix}`]: traits };
}

const turbo: Traits = { ...legacy, resolutions: ['480P', '720P'] };
const plus: Traits = { ...legacy, resolutions: ['720P'] };
const flash: Traits = { ...legacy, ...fromImage, resolutions: ALL };

const TABLE: Record<string, Traits> = {
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
  'wan2.6-t2v': wan26text,
  'wan2.6-t2v-us': { ...wan26text, durations: [5, 10] },
  'wan2.6-i2v': wan26image,
  'wan2.6-i2v-us': wan26image,
  'wan2.6-i2v-flash': { ...wan26image, sound: 'switch' },
  'wan2.6-r2v': wan26reference,
  'wan2.6-r2v-flash': { ...wan26reference, sound: 'switch' },
  'wan2.5-t2v-preview': wan25,
  'wan2.5-i2v-preview': { ...wan25, ...fromImage },
  'wan2.2-t2v-plus': { ...legacy, resolutions: ['480P', '1080P'] },
  'wan2.2-i2v-plus': { ...legacy, ...fromImage, resolutions: ['480P', '1080P'] },
  'wan2.2-i2v-flash': { ...flash, durations: [5, 8], durationsByResolution: { '1080P': [5] } },
  'wan2.2-kf2v-flash': { ...flash, ...fromFrames },
  ...bothSpellings('t2v-turbo', {
    ...turbo,
    ...PRICE_PAGE_2025,
    pricePerSecondUsd: { '480P': 0.036, '720P': 0.036 },
  }),
  ...bothSpellings('t2v-plus', { ...plus, ...PRICE_PAGE_2025, pricePerSecondUsd: { '720P': 0.1 } }),
  ...bothSpellings('i2v-turbo', { ...turbo, ...fromImage }),
  ...bothSpellings('i2v-plus', { ...plus, ...fromImage }),
  ...bothSpellings('kf2v-plus', { ...plus, ...fromFrames, submitsPerSecond: 1 }),
  ...bothSpellings('vace-plus', {
    ...plus,
    modes: ['reference'],
    references: { images: 3, videos: 0, audios: 0, total: 3 },
  }),
};

export const MODEL_TABLE: readonly WanModel[] = Object.entries(TABLE).map(([id, traits]) => ({ id, ...traits }));
