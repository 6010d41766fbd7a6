import { REGIONS } from './regions.ts';
import { ALL_RATIOS, ALL_RESOLUTIONS, type Traits, type WanModel } from './traits.ts';

/** How the ids of the pages tell what a model does, the more telling word first. */
const NAMING: ReadonlyArray<readonly [RegExp, string]> = [
  [/happyhorse.*edit/, 'happyhorse-1.0-video-edit'],
  [/happyhorse.*r2v/, 'happyhorse-1.0-r2v'],
  [/happyhorse.*i2v/, 'happyhorse-1.0-i2v'],
  [/happyhorse/, 'happyhorse-1.0-t2v'],
  [/kf2v/, 'wan2.2-kf2v-flash'],
  [/vace/, 'wan2.1-vace-plus'],
  [/animate.*mix/, 'wan2.2-animate-mix'],
  [/animate/, 'wan2.2-animate-move'],
  [/s2v/, 'wan2.2-s2v'],
  [/wanx?-?[3-9]/, 'wan3.0-video'],
  [/wanx?-?2\.6.*r2v/, 'wan2.6-r2v'],
  [/wanx?-?2\.6.*i2v/, 'wan2.6-i2v'],
  [/wanx?-?2\.6.*t2v/, 'wan2.6-t2v'],
  [/wanx?-?2\.5.*i2v/, 'wan2.5-i2v-preview'],
  [/wanx?-?2\.5.*t2v/, 'wan2.5-t2v-preview'],
  [/wanx?-?2\.[0-4].*i2v/, 'wan2.2-i2v-plus'],
  [/wanx?-?2\.[0-4].*t2v/, 'wan2.2-t2v-plus'],
  [/edit/, 'wan2.7-videoedit'],
  [/r2v/, 'wan2.7-r2v'],
  [/i2v/, 'wan2.7-i2v'],
  [/t2v/, 'wan2.7-t2v'],
];
/** What follows the name of a model in that of a snapshot of it. */
const SNAPSHOT = /^(?:-\d{4}-?\d{2}-?\d{2}|-latest)?$/;

const NO_PRICE = {
  pricePerSecondUsd: null,
  silentPriceShare: 1,
  priceDate: null,
  priceSource: null,
  priceNote: null,
} satisfies Partial<Traits>;

/**
 * The traits under which a model that the table does not know is asked: of the model whose snapshot it is, and then with
 * its limits; else of the nearest one by the naming of the pages, or by the mode where the name does not tell, and then
 * without limits. It is served anywhere, and its price is not known.
 * @param id may have a gateway's prefix, like `alibaba/wan2.7-t2v`
 * @param known the table
 * @param fallback the id of one that is known, for a name that does not tell
 */
export function unknownModel(id: string, known: readonly WanModel[], fallback: string): WanModel | undefined {
  const name = id.toLowerCase().split('/').at(-1) ?? '';
  const origin = known.find((model) => name.startsWith(model.id) && SNAPSHOT.test(name.slice(model.id.length)));
  if (origin) return { ...origin, ...NO_PRICE, id, regions: REGIONS };
  const nearest = NAMING.find(([pattern]) => pattern.test(name))?.[1] ?? fallback;
  const base = known.find((model) => model.id === nearest);
  return base && { ...withoutLimits(base), ...NO_PRICE, id, regions: REGIONS };
}

function withoutLimits(base: WanModel): WanModel {
  return {
    ...base,
    limitsKnown: false,
    // One that takes none of them has no field for it.
    resolutions: base.resolutions.length > 0 ? ALL_RESOLUTIONS : [],
    ratios: base.ratios.length > 0 ? ALL_RATIOS : [],
  };
}
