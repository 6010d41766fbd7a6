import { LEGACY_SIZES, type Tier } from './clip-sizes.ts';

/** What a group of models takes. Sources: the model pages and the rate-limit page of the provider, mid 2026. */
export interface ModelFamily {
  models: readonly string[];
  mode: 'text' | 'image' | 'frames' | 'reference' | 'edit' | 'speech' | 'motion' | 'any';
  protocol: 'legacy' | '2.7' | '3.0';
  /** The last part but one of the create path. */
  path: 'video-generation' | 'image2video';
  /** Longer prompts are cut without a word. */
  promptLimit: number;
  promptRequired: boolean;
  /** Input fields without which there is nothing to do. */
  required: readonly string[];
  inputs: Record<string, FieldRule>;
  parameters: Record<string, FieldRule>;
  /** Models before 2.5 make no sound at all. */
  silent: boolean;
  defaultTier: Tier;
  submitsPerSecond: number;
  runningAtOnce: number;
  usage: 'video_duration' | '2.6' | '2.7-text' | '2.7' | '3.0';
}

/** A list holds the allowed values; `[low, high]` under `integer` is inclusive; `listOf` takes a list of those words. */
export type FieldRule =
  | { oneOf: readonly (string | number)[] }
  | { listOf: readonly string[] }
  | { integer: readonly [number, number]; or?: number }
  | 'boolean'
  | 'string'
  | 'media-url'
  | 'media-urls'
  | 'media-list';

export const SEED = { integer: [0, 2 ** 31 - 1] } as const;
export const COMMON = { prompt_extend: 'boolean', watermark: 'boolean', seed: SEED } as const;
export const TEXT = { prompt: 'string', negative_prompt: 'string' } as const;

export const sizes = (...names: Tier[]): FieldRule => ({ oneOf: names.flatMap((tier) => LEGACY_SIZES[tier]) });
export const tiers = (...names: Tier[]): FieldRule => ({ oneOf: names });
export const seconds = (...values: number[]): FieldRule => ({ oneOf: values });
