/** The pictures that the sandbox can deliver, by tier and ratio, as scripts/make/sandbox-clips.sh makes them. */
export const TIERS = ['480P', '720P', '1080P'] as const;
export type Tier = (typeof TIERS)[number];
export const RATIOS = ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9', '9:21', '4:5', '5:4'] as const;
export type Ratio = (typeof RATIOS)[number];

export interface PictureSize {
  width: number;
  height: number;
}

type Pair = readonly [number, number];

/** Real pixel sizes of a tier and ratio (wan2.7 page; 480P, 21:9 and HappyHorse's own ratios by analogy). */
const SIZES: Record<Ratio, { '480P'?: Pair; '720P': Pair; '1080P': Pair }> = {
  '16:9': { '480P': [832, 480], '720P': [1280, 720], '1080P': [1920, 1080] },
  '9:16': { '480P': [480, 832], '720P': [720, 1280], '1080P': [1080, 1920] },
  '1:1': { '480P': [624, 624], '720P': [960, 960], '1080P': [1440, 1440] },
  '4:3': { '480P': [720, 544], '720P': [1104, 832], '1080P': [1648, 1248] },
  '3:4': { '480P': [544, 720], '720P': [832, 1104], '1080P': [1248, 1648] },
  '21:9': { '480P': [1120, 480], '720P': [1680, 720], '1080P': [2520, 1080] },
  // HappyHorse only, which has no 480P.
  '9:21': { '720P': [720, 1680], '1080P': [1080, 2520] },
  '4:5': { '720P': [832, 1040], '1080P': [1280, 1600] },
  '5:4': { '720P': [1040, 832], '1080P': [1600, 1280] },
};

/** The legacy protocol's `size` values (LEGT2V). 4:3 and 3:4 differ by a few pixels from the newer protocol's. */
export const LEGACY_SIZES: Record<Tier, readonly string[]> = {
  '480P': ['832*480', '480*832', '624*624'],
  '720P': ['1280*720', '720*1280', '960*960', '1088*832', '832*1088'],
  '1080P': ['1920*1080', '1080*1920', '1440*1440', '1632*1248', '1248*1632'],
};

export function pictureSize(tier: Tier, ratio: Ratio): PictureSize {
  const [width, height] = SIZES[ratio][tier] ?? SIZES[ratio]['720P'];
  return { width, height };
}

/** What a legacy `W*H` stands for, or undefined when no model has that size. */
export function parseLegacySize(size: string): (PictureSize & { tier: Tier; ratio: Ratio }) | undefined {
  const tier = TIERS.find((candidate) => LEGACY_SIZES[candidate].includes(size));
  if (tier === undefined) return undefined;
  const [width = 1, height = 1] = size.split('*').map(Number);
  return { tier, ratio: nearestRatio(width / height), width, height };
}

function nearestRatio(wanted: number): Ratio {
  const distance = (ratio: Ratio) => {
    const [width = 1, height = 1] = ratio.split(':').map(Number);
    return Math.abs(Math.log(width / height / wanted));
  };
  return RATIOS.reduce((best, ratio) => (distance(ratio) < distance(best) ? ratio : best));
}
