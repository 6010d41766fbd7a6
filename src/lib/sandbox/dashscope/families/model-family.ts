import { LEGACY_SIZES, type Tier } from '#lib/sandbox/clips/clip-sizes.ts';

/** What a request of one kind may and must hold. Source: the model pages of the provider, mid 2026. */
export interface RequestRules {
  /** Fields of `input` without which a request is refused. */
  required: readonly string[];
  /** Of each group one is enough. */
  requiredOneOf?: readonly (readonly string[])[];
  /** Where there are any, `parameters` itself must be there: elsewhere it may be left out. */
  requiredParameters?: readonly string[];
  inputs: Record<string, FieldRule>;
  parameters: Record<string, FieldRule>;
  media?: MediaRule;
  /** The most seconds of `duration` that are taken together with a `reference_video`. */
  longestWithVideo?: number;
}

/** What a group of models takes, and how much of it. The numbers are those of the provider's rate-limit page. */
export interface ModelFamily extends RequestRules {
  models: readonly string[];
  /** The last part but one of the create path. */
  path: 'video-generation' | 'image2video';
  /** Longer prompts are truncated silently. */
  promptLimit: number;
  /** HappyHorse: a Chinese character counts as two. */
  countsHanTwice?: true;
  /** Models before 2.5 generate no audio. */
  silent: boolean;
  defaultTier: Tier;
  /** What the task says about a `size` or `resolution` that the model does not have. Default: as the pages of Wan have it. */
  pictureComplaint?: string;
  submitsPerSecond: number;
  runningAtOnce: number;
  /** One model that does several jobs, told apart by `input.function`. */
  functions?: Record<string, RequestRules>;
}

/**
 * `oneOf`: the allowed values. `listOf`: a list of those words. `integer` and `number`: inclusive bounds. `files`: a list of
 * addresses, from as few to as many. `picture`: a size or tier, which the service looks at in the task only. An `image` may
 * come as base64; a `file` must be an address.
 */
export type FieldRule =
  | { oneOf: readonly (string | number)[] }
  | { listOf: readonly string[] }
  | { integer: readonly [number, number]; or?: number }
  | { number: readonly [number, number] }
  | { picture: readonly string[] }
  | { files: readonly [number, number] }
  | 'boolean'
  | 'string'
  | 'image'
  | 'file'
  | 'media-list';

/** What `input.media` may hold: one of the `sets` of types, or as many of each type as `limits` says, from–to. */
export interface MediaRule {
  sets?: readonly string[];
  limits?: Record<string, readonly [number, number]>;
  /** How many `reference_*` there may be in all. */
  references?: readonly [number, number];
  /** Types that may carry a `reference_voice`. */
  speakers?: readonly string[];
  /** Frames beside anything else are taken on, and fail in the task. */
  framesStandAlone?: true;
}

export const SEED = { integer: [0, 2 ** 31 - 1] } as const;
export const COMMON = { prompt_extend: 'boolean', watermark: 'boolean', seed: SEED } as const;
export const TEXT = { prompt: 'string', negative_prompt: 'string' } as const;

export const sizes = (...names: Tier[]): FieldRule => ({ picture: names.flatMap((tier) => LEGACY_SIZES[tier]) });
export const tiers = (...names: Tier[]): FieldRule => ({ picture: names });
export const seconds = (...values: number[]): FieldRule => ({ oneOf: values });
