import { LEGACY_SIZES, RATIOS, TIERS, type Tier } from './clip-sizes.ts';

/**
 * What each model takes, read from the provider's pages independently of `wanx/models.ts`, so that a mistake in one of
 * the two shows. Sources: the model pages of wan3.0, wan2.7 and the legacy models, and the rate-limit page, mid 2026.
 */
export interface ModelFamily {
  models: readonly string[];
  mode: 'text' | 'image' | 'frames' | 'reference' | 'edit' | 'any';
  protocol: 'legacy' | '2.7' | '3.0';
  /** The last part but one of the create path. */
  path: 'video-generation' | 'image2video';
  /** Longer prompts are cut without a word. */
  promptLimit: number;
  promptRequired: boolean;
  inputs: Record<string, FieldRule>;
  parameters: Record<string, FieldRule>;
  /** Models before 2.5 make no sound at all. */
  silent: boolean;
  defaultTier: Tier;
  submitsPerSecond: number;
  runningAtOnce: number;
  usage: 'video_duration' | '2.6' | '2.7-text' | '2.7' | '3.0';
}

/** A list holds the allowed values; `[low, high]` under `integer` is inclusive. */
export type FieldRule =
  | { oneOf: readonly (string | number)[] }
  | { integer: readonly [number, number]; or?: number }
  | 'boolean'
  | 'string'
  | 'media-url'
  | 'media-urls'
  | 'media-list';

const SEED = { integer: [0, 2 ** 31 - 1] } as const;
const COMMON = { prompt_extend: 'boolean', watermark: 'boolean', seed: SEED } as const;
const TEXT = { prompt: 'string', negative_prompt: 'string' } as const;

const sizes = (...tiers: Tier[]): FieldRule => ({ oneOf: tiers.flatMap((tier) => LEGACY_SIZES[tier]) });
const tiers = (...names: Tier[]): FieldRule => ({ oneOf: names });
const seconds = (...values: number[]): FieldRule => ({ oneOf: values });

/** Beijing says wanx2.1-*, Singapore wan2.1-*. */
const bothSpellings = (...names: string[]) => names.flatMap((name) => [`wanx2.1-${name}`, `wan2.1-${name}`]);

const LEGACY_BASE = { protocol: 'legacy', path: 'video-generation' } as const;
const WAN26 = { ...LEGACY_BASE, promptLimit: 1500, silent: false, submitsPerSecond: 5, runningAtOnce: 5 } as const;
const WAN22 = { ...LEGACY_BASE, promptLimit: 800, silent: true, submitsPerSecond: 2, runningAtOnce: 2 } as const;
const WAN25 = { ...WAN26, usage: 'video_duration' } as const;
const SHOTS = { shot_type: { oneOf: ['single', 'multi'] } } as const;

function legacyText(models: string[], base: typeof WAN26 | typeof WAN22, rule: LegacyRule): ModelFamily {
  return {
    ...base,
    models,
    mode: 'text',
    promptRequired: true,
    inputs: base.silent ? TEXT : { ...TEXT, audio_url: 'media-url' },
    parameters: { ...COMMON, size: sizes(...rule.tiers), duration: rule.duration, ...rule.extra },
    defaultTier: rule.defaultTier,
    usage: rule.usage ?? 'video_duration',
  };
}

function legacyImage(models: string[], base: typeof WAN26 | typeof WAN22, rule: LegacyRule): ModelFamily {
  return {
    ...base,
    models,
    mode: 'image',
    promptRequired: false,
    inputs: { ...TEXT, img_url: 'media-url', template: 'string', ...(base.silent ? {} : { audio_url: 'media-url' }) },
    parameters: { ...COMMON, resolution: tiers(...rule.tiers), duration: rule.duration, ...rule.extra },
    defaultTier: rule.defaultTier,
    usage: rule.usage ?? 'video_duration',
  };
}

interface LegacyRule {
  tiers: Tier[];
  duration: FieldRule;
  defaultTier: Tier;
  extra?: Record<string, FieldRule>;
  usage?: ModelFamily['usage'];
}

const HIGH: Pick<LegacyRule, 'tiers' | 'defaultTier'> = { tiers: ['720P', '1080P'], defaultTier: '1080P' };
const ALL: Pick<LegacyRule, 'tiers' | 'defaultTier'> = { tiers: [...TIERS], defaultTier: '1080P' };

const LEGACY: ModelFamily[] = [
  legacyText(['wan2.6-t2v'], WAN26, { ...HIGH, duration: { integer: [2, 15] }, extra: SHOTS, usage: '2.6' }),
  legacyText(['wan2.6-t2v-us'], WAN26, { ...HIGH, duration: seconds(5, 10), extra: SHOTS, usage: '2.6' }),
  legacyText(['wan2.5-t2v-preview'], WAN25, { ...ALL, duration: seconds(5, 10) }),
  legacyText(['wan2.2-t2v-plus'], WAN22, { tiers: ['480P', '1080P'], defaultTier: '1080P', duration: seconds(5) }),
  legacyText(bothSpellings('t2v-turbo'), WAN22, { tiers: ['480P', '720P'], defaultTier: '720P', duration: seconds(5) }),
  legacyText(bothSpellings('t2v-plus'), WAN22, { tiers: ['720P'], defaultTier: '720P', duration: seconds(5) }),
  legacyImage(['wan2.6-i2v', 'wan2.6-i2v-flash', 'wan2.6-i2v-us'], WAN26, {
    ...HIGH,
    duration: { integer: [2, 15] },
    extra: { ...SHOTS, audio: 'boolean' },
    usage: '2.6',
  }),
  legacyImage(['wan2.5-i2v-preview'], WAN25, { ...ALL, duration: seconds(5, 10) }),
  legacyImage(['wan2.2-i2v-plus'], WAN22, { tiers: ['480P', '1080P'], defaultTier: '1080P', duration: seconds(5) }),
  legacyImage(['wan2.2-i2v-flash'], WAN22, { ...ALL, duration: seconds(5, 8) }),
  legacyImage(bothSpellings('i2v-turbo', 'i2v-plus'), WAN22, {
    ...ALL,
    defaultTier: '720P',
    duration: seconds(3, 4, 5),
  }),
  {
    ...WAN22,
    models: ['wan2.2-kf2v-flash', ...bothSpellings('kf2v-plus')],
    mode: 'frames',
    path: 'image2video',
    promptRequired: false,
    inputs: { ...TEXT, first_frame_url: 'media-url', last_frame_url: 'media-url' },
    parameters: { ...COMMON, resolution: tiers(...TIERS), duration: seconds(5) },
    defaultTier: '720P',
    usage: 'video_duration',
  },
  {
    ...WAN26,
    models: ['wan2.6-r2v', 'wan2.6-r2v-flash'],
    mode: 'reference',
    promptRequired: true,
    inputs: { ...TEXT, reference_urls: 'media-urls', reference_video_urls: 'media-urls' },
    parameters: {
      ...COMMON,
      ...SHOTS,
      size: sizes('720P', '1080P'),
      duration: { integer: [2, 10] },
      audio: 'boolean',
    },
    defaultTier: '1080P',
    usage: '2.6',
  },
];

const WAN27 = {
  protocol: '2.7',
  path: 'video-generation',
  promptLimit: 5000,
  silent: false,
  defaultTier: '1080P',
  submitsPerSecond: 5,
  runningAtOnce: 5,
} as const;
const PARAMETERS_27 = { ...COMMON, resolution: tiers('720P', '1080P'), duration: { integer: [2, 15] } } as const;
const RATIO_27: FieldRule = { oneOf: RATIOS.filter((ratio) => ratio !== '21:9') };

const NEWER: ModelFamily[] = [
  {
    ...WAN27,
    models: ['wan2.7-t2v', 'wan2.7-t2v-2026-04-25', 'wan2.7-t2v-2026-06-12'],
    mode: 'text',
    promptRequired: true,
    inputs: { ...TEXT, audio_url: 'media-url' },
    parameters: { ...PARAMETERS_27, ratio: RATIO_27 },
    usage: '2.7-text',
  },
  {
    ...WAN27,
    models: ['wan2.7-i2v', 'wan2.7-i2v-2026-04-25'],
    mode: 'frames',
    promptRequired: false,
    inputs: { ...TEXT, media: 'media-list' },
    parameters: PARAMETERS_27,
    usage: '2.7',
  },
  {
    ...WAN27,
    models: ['wan2.7-r2v', 'wan2.7-r2v-2026-06-12'],
    mode: 'reference',
    promptRequired: true,
    inputs: { ...TEXT, media: 'media-list' },
    parameters: { ...PARAMETERS_27, ratio: RATIO_27 },
    usage: '2.7',
  },
  {
    ...WAN27,
    models: ['wan2.7-videoedit'],
    mode: 'edit',
    promptRequired: true,
    inputs: { ...TEXT, media: 'media-list' },
    parameters: { ...PARAMETERS_27, ratio: RATIO_27, audio_setting: { oneOf: ['auto', 'origin'] } },
    usage: '2.7',
  },
  {
    models: ['wan3.0-video', 'wan3.0-video-prime'],
    mode: 'any',
    protocol: '3.0',
    path: 'video-generation',
    promptLimit: 20_000,
    promptRequired: false,
    inputs: { prompt: 'string', media: 'media-list' },
    parameters: {
      ...COMMON,
      seed: { integer: [-1, 2 ** 31 - 1] },
      resolution: tiers(...TIERS),
      ratio: { oneOf: ['adaptive', ...RATIOS] },
      duration: { integer: [2, 30], or: -1 },
      audio: 'boolean',
    },
    silent: false,
    defaultTier: '1080P',
    // The rate-limit page that was read does not list 3.0; the other current models' limits stand in.
    submitsPerSecond: 5,
    runningAtOnce: 5,
    usage: '3.0',
  },
];

export const MODEL_FAMILIES: readonly ModelFamily[] = [...LEGACY, ...NEWER];

export function familyOf(model: string): ModelFamily | undefined {
  return MODEL_FAMILIES.find((family) => family.models.includes(model));
}
