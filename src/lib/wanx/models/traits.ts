import type { FileRules } from '#lib/wanx/uploads/file-rules.ts';
import type { Region } from './regions.ts';

/**
 * Whose pages say what a model takes, and so which protocol a request body follows. `portrait`: the models that set one
 * person of a picture in motion.
 */
export type Family = 'legacy' | 'wan2.7' | 'wan3.0' | 'happyhorse' | 'portrait';
export type Mode =
  | 'text'
  | 'image'
  | 'first-and-last-frame'
  | 'reference'
  | 'edit'
  | 'continuation'
  | 'document'
  | 'motion';
export const ALL_RESOLUTIONS = ['480P', '720P', '1080P'] as const;
export type Resolution = (typeof ALL_RESOLUTIONS)[number];
export const ALL_RATIOS = ['adaptive', '21:9', '16:9', '5:4', '4:3', '1:1', '3:4', '4:5', '9:16', '9:21'] as const;
export type Ratio = (typeof ALL_RATIOS)[number];
export const QUALITIES = ['standard', 'professional'] as const;
export type Quality = (typeof QUALITIES)[number];
export const SHOT_TYPES = ['single', 'multi'] as const;
export const AUDIO_SETTINGS = ['auto', 'origin'] as const;
/** Whole seconds. */
export type Durations = readonly number[] | { readonly min: number; readonly max: number };

/** Options and inputs that only some models have. */
export type Extra =
  | 'promptExtend'
  | 'watermark'
  | 'seed'
  | 'template'
  | 'audioSetting'
  | 'quality'
  | 'checkImage'
  | 'voice'
  | 'background';

export interface ReferenceLimits {
  images: number;
  videos: number;
  audios: number;
  /** Of all kinds together. */
  total: number;
}

export interface WanModel {
  id: string;
  family: Family;
  modes: readonly Mode[];
  /** Where the model is served; key, host and model must be of one region. */
  regions: readonly Region[];
  /** Last but one step of the request path. */
  service: 'video-generation' | 'image2video';
  /** Empty: the model takes none. */
  resolutions: readonly Resolution[];
  /** Empty: the model takes none, the picture follows the input. */
  ratios: readonly Ratio[];
  /** Legacy models that take pixels (`size`) instead of a resolution. */
  sizedByPixels: boolean;
  durations: Durations;
  /** With a video put in the limit is lower. */
  maxSecondsWithVideo?: number;
  /** Takes -1: the model chooses the length. */
  autoDuration: boolean;
  /** With no duration sent, the result is as long as the video or sound put in; where one may be sent, 0 says so. */
  sourceDuration: boolean;
  /** false: the length is always that of what is put in. */
  takesDuration: boolean;
  /** false: an id outside the table, whose prompt, length and inputs are not checked against numbers. */
  limitsKnown: boolean;
  /** 0: the model takes no prompt. */
  promptLimit: number;
  /** A Chinese character takes the room of two others in the prompt. */
  chineseCountsTwice: boolean;
  /** null: the model has no negative prompt. */
  negativePromptLimit: number | null;
  /** `source`: as the video put in has it. */
  sound: 'always' | 'switch' | 'silent' | 'source';
  audioUrl: boolean;
  /** The sound is what the video is made from. */
  needsAudioUrl: boolean;
  shotType: boolean;
  /** `shotType` is ignored unless the prompt is extended. */
  shotTypeNeedsPromptExtend: boolean;
  minSeed: 0 | -1;
  extras: readonly Extra[];
  references: ReferenceLimits | null;
  /** Where its page says more of files than that of most. */
  files: FileRules;
  /** Submissions a second, for one account and model; null: not published. */
  submitsPerSecond: number | null;
  concurrentTasks: number | null;
  /**
   * The most seconds of video put in that are billed besides the output; less where input and output together may not have
   * more than `maxSecondsTogether`.
   */
  billedInputSeconds: number;
  maxSecondsTogether?: number;
  /** List price, USD for each billed second, by resolution or, where there is none, by quality; null: not known. */
  pricePerSecondUsd: Partial<Record<Resolution | Quality, number>> | null;
  /** What of that price a video without sound costs, where sound can be switched. */
  silentPriceShare: number;
  priceRegion: Region;
  priceDate: string | null;
  priceSource: string | null;
  priceNote: string | null;
}

export type Traits = Omit<WanModel, 'id'>;

/** Pixels of the legacy protocol, `width*height`. */
export const LEGACY_PIXELS: Record<Resolution, Partial<Record<Ratio, string>>> = {
  '480P': { '16:9': '832*480', '9:16': '480*832', '1:1': '624*624' },
  '720P': { '16:9': '1280*720', '9:16': '720*1280', '1:1': '960*960', '4:3': '1088*832', '3:4': '832*1088' },
  '1080P': { '16:9': '1920*1080', '9:16': '1080*1920', '1:1': '1440*1440', '4:3': '1632*1248', '3:4': '1248*1632' },
};

export const HIGH_RESOLUTIONS: readonly Resolution[] = ['720P', '1080P'];
export const FIVE_RATIOS: readonly Ratio[] = ['16:9', '9:16', '1:1', '4:3', '3:4'];

/** What most models have in common; each family says where it differs. */
export const COMMON: Traits = {
  family: 'legacy',
  modes: ['text'],
  regions: ['beijing', 'singapore'],
  service: 'video-generation',
  resolutions: HIGH_RESOLUTIONS,
  ratios: FIVE_RATIOS,
  sizedByPixels: false,
  durations: [5],
  autoDuration: false,
  sourceDuration: false,
  takesDuration: true,
  limitsKnown: true,
  promptLimit: 800,
  chineseCountsTwice: false,
  negativePromptLimit: 500,
  sound: 'silent',
  audioUrl: false,
  needsAudioUrl: false,
  shotType: false,
  shotTypeNeedsPromptExtend: false,
  minSeed: 0,
  extras: ['promptExtend', 'watermark', 'seed'],
  references: null,
  files: {},
  submitsPerSecond: 2,
  concurrentTasks: 2,
  billedInputSeconds: 0,
  pricePerSecondUsd: null,
  silentPriceShare: 1,
  priceRegion: 'singapore',
  priceDate: null,
  priceSource: null,
  priceNote: null,
};

/** The page in the state in which it was read for every model before 2.7, for HappyHorse and for the portraits. */
export const PRICE_PAGE = { priceDate: '2026-05-26', priceSource: 'Model Studio pricing page, Singapore list' };
