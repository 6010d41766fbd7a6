import { TIERS, type Tier } from '#lib/sandbox/clips/clip-sizes.ts';
import { COMMON, type FieldRule, type ModelFamily, seconds, sizes, TEXT, tiers } from './model-family.ts';

/** Beijing says wanx2.1-*, Singapore wan2.1-*. */
const bothSpellings = (...names: string[]) => names.flatMap((name) => [`wanx2.1-${name}`, `wan2.1-${name}`]);

const VIDEO = { path: 'video-generation' } as const;
const WAN26 = { ...VIDEO, promptLimit: 1500, silent: false, submitsPerSecond: 5, runningAtOnce: 5 } as const;
const WAN22 = { ...VIDEO, promptLimit: 800, silent: true, submitsPerSecond: 2, runningAtOnce: 2 } as const;
// The third is a constant of the Java SDK; the pages name the first two.
const SHOTS = { shot_type: { oneOf: ['single', 'multi', 'auto'] } } as const;

interface LegacyRule {
  tiers: Tier[];
  duration: FieldRule;
  defaultTier: Tier;
  extra?: Record<string, FieldRule>;
}

function legacyText(models: string[], base: typeof WAN26 | typeof WAN22, rule: LegacyRule): ModelFamily {
  return {
    ...base,
    models,
    required: ['prompt'],
    inputs: base.silent ? TEXT : { ...TEXT, audio_url: 'file' },
    parameters: { ...COMMON, size: sizes(...rule.tiers), duration: rule.duration, ...rule.extra },
    defaultTier: rule.defaultTier,
  };
}

function legacyImage(models: string[], base: typeof WAN26 | typeof WAN22, rule: LegacyRule): ModelFamily {
  return {
    ...base,
    models,
    required: ['img_url'],
    inputs: { ...TEXT, img_url: 'image', template: 'string', ...(base.silent ? {} : { audio_url: 'file' }) },
    parameters: { ...COMMON, resolution: tiers(...rule.tiers), duration: rule.duration, ...rule.extra },
    defaultTier: rule.defaultTier,
  };
}

function keyFrames(models: string[], names: Tier[]): ModelFamily {
  return {
    ...WAN22,
    models,
    path: 'image2video',
    required: ['first_frame_url'],
    inputs: { ...TEXT, first_frame_url: 'image', last_frame_url: 'image', template: 'string' },
    parameters: { ...COMMON, resolution: tiers(...names), duration: seconds(5) },
    defaultTier: '720P',
  };
}

type Tiers = Pick<LegacyRule, 'tiers' | 'defaultTier'>;
const HIGH: Tiers = { tiers: ['720P', '1080P'], defaultTier: '1080P' };
const ALL: Tiers = { tiers: [...TIERS], defaultTier: '1080P' };
const PLUS_22: Tiers = { tiers: ['480P', '1080P'], defaultTier: '1080P' };
const TURBO_21: Tiers = { tiers: ['480P', '720P'], defaultTier: '720P' };
const PLUS_21: Tiers = { tiers: ['720P'], defaultTier: '720P' };

const IMAGE_26 = { extra: { ...SHOTS, audio: 'boolean' } } as const;

export const LEGACY_FAMILIES: readonly ModelFamily[] = [
  legacyText(['wan2.6-t2v'], WAN26, { ...HIGH, duration: { integer: [2, 15] }, extra: SHOTS }),
  legacyText(['wan2.6-t2v-us'], WAN26, { ...HIGH, duration: seconds(5, 10), extra: SHOTS }),
  legacyText(['wan2.5-t2v-preview'], WAN26, { ...ALL, duration: seconds(5, 10) }),
  legacyText(['wan2.2-t2v-plus'], WAN22, { ...PLUS_22, duration: seconds(5) }),
  legacyText(bothSpellings('t2v-turbo'), WAN22, { ...TURBO_21, duration: seconds(5) }),
  legacyText(bothSpellings('t2v-plus'), WAN22, { ...PLUS_21, duration: seconds(5) }),
  legacyImage(['wan2.6-i2v', 'wan2.6-i2v-flash'], WAN26, { ...HIGH, duration: { integer: [2, 15] }, ...IMAGE_26 }),
  legacyImage(['wan2.6-i2v-us'], WAN26, { ...HIGH, duration: seconds(5, 10, 15), ...IMAGE_26 }),
  legacyImage(['wan2.5-i2v-preview'], WAN26, { ...ALL, duration: seconds(5, 10) }),
  legacyImage(['wan2.2-i2v-plus'], WAN22, { ...PLUS_22, duration: seconds(5) }),
  legacyImage(['wan2.2-i2v-flash'], WAN22, { ...ALL, defaultTier: '720P', duration: seconds(5) }),
  legacyImage(bothSpellings('i2v-turbo'), WAN22, { ...TURBO_21, duration: seconds(3, 4, 5) }),
  legacyImage(bothSpellings('i2v-plus'), WAN22, { ...PLUS_21, duration: seconds(5) }),
  keyFrames(['wan2.2-kf2v-flash'], [...TIERS]),
  keyFrames(['wanx2.1-kf2v-plus'], ['720P']),
  { ...keyFrames(['wan2.1-kf2v-plus'], ['720P']), submitsPerSecond: 1 },
  {
    ...WAN26,
    models: ['wan2.6-r2v', 'wan2.6-r2v-flash'],
    required: ['prompt'],
    requiredOneOf: [['reference_urls', 'reference_video_urls']],
    inputs: { ...TEXT, reference_urls: { files: [1, 5] }, reference_video_urls: { files: [1, 3] } },
    // The page has no prompt_extend; the SDK's own sample sends it.
    parameters: {
      ...COMMON,
      ...SHOTS,
      size: sizes('720P', '1080P'),
      duration: { integer: [2, 10] },
      audio: 'boolean',
    },
    defaultTier: '1080P',
  },
];
