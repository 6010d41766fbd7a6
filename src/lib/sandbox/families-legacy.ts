import { TIERS, type Tier } from './clip-sizes.ts';
import { COMMON, type FieldRule, type ModelFamily, seconds, sizes, TEXT, tiers } from './model-family.ts';

/** Beijing says wanx2.1-*, Singapore wan2.1-*. */
const bothSpellings = (...names: string[]) => names.flatMap((name) => [`wanx2.1-${name}`, `wan2.1-${name}`]);

const LEGACY_BASE = { protocol: 'legacy', path: 'video-generation', required: [] } as const;
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
    required: ['img_url'],
    inputs: { ...TEXT, img_url: 'media-url', template: 'string', ...(base.silent ? {} : { audio_url: 'media-url' }) },
    parameters: { ...COMMON, resolution: tiers(...rule.tiers), duration: rule.duration, ...rule.extra },
    defaultTier: rule.defaultTier,
    usage: rule.usage ?? 'video_duration',
  };
}

function keyFrames(models: string[], names: Tier[]): ModelFamily {
  return {
    ...WAN22,
    models,
    mode: 'frames',
    path: 'image2video',
    promptRequired: false,
    required: ['first_frame_url'],
    inputs: { ...TEXT, first_frame_url: 'media-url', last_frame_url: 'media-url' },
    parameters: { ...COMMON, resolution: tiers(...names), duration: seconds(5) },
    defaultTier: '720P',
    usage: 'video_duration',
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

export const LEGACY_FAMILIES: readonly ModelFamily[] = [
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
  legacyImage(bothSpellings('i2v-turbo'), WAN22, {
    tiers: ['480P', '720P'],
    defaultTier: '720P',
    duration: seconds(5),
  }),
  legacyImage(bothSpellings('i2v-plus'), WAN22, { tiers: ['720P'], defaultTier: '720P', duration: seconds(5) }),
  keyFrames(['wan2.2-kf2v-flash'], [...TIERS]),
  keyFrames(['wanx2.1-kf2v-plus'], ['720P']),
  { ...keyFrames(['wan2.1-kf2v-plus'], ['720P']), submitsPerSecond: 1 },
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
  {
    ...WAN22,
    models: bothSpellings('vace-plus'),
    mode: 'reference',
    promptRequired: true,
    required: ['function', 'ref_images_url'],
    // Its other functions take a video and are not played here.
    inputs: { ...TEXT, function: { oneOf: ['image_reference'] }, ref_images_url: 'media-urls' },
    parameters: { ...COMMON, size: sizes('720P'), duration: seconds(5), obj_or_bg: { listOf: ['obj', 'bg'] } },
    defaultTier: '720P',
    usage: 'video_duration',
  },
];
