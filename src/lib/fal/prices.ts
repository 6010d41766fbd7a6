import type { Charged, Estimate } from '#lib/jobs/record/job-record.ts';

/** What one billed unit of a model costs, as fal's price list says. */
export interface FalPrice {
  /** `second`, `video`, `megapixel`, … and also `units` or `credits`, of which nobody says how many a video takes. */
  unit: string;
  unitUsd: number;
}

/** Prices of one's own, by model id. */
export type FalPrices = Readonly<Record<string, FalPrice>>;

/** Names that say nothing: a price for such a unit is no price of a video, and must not be shown as one. */
const VAGUE = /^(units?|credits?|)$/i;
const SECOND = /^(output |video )?(video )?seconds?$/i;
const VIDEO = /^(videos?|requests?|generations?|runs?|calls?)$/i;

export function isVague({ unit }: Pick<FalPrice, 'unit'>): boolean {
  return VAGUE.test(unit.trim());
}

/**
 * What a request is expected to cost: known where its price is by the second of film and it says how long that is to be, or by
 * the film. `usd: null`: unknown, which is not 0.
 */
export function estimateOf(input: Record<string, unknown>, price: FalPrice | undefined): Estimate {
  const facts = price && { unitUsd: isVague(price) ? null : price.unitUsd, billedUnit: price.unit };
  const units = price && unitsOf(input, price.unit);
  const unit = price && SECOND.test(price.unit) ? 'second' : 'unit';
  if (!price || units === undefined) return { usd: null, units: 1, unit: 'unit', ...facts };
  return { usd: timesUsd(price.unitUsd, units), units, unit, ...facts };
}

function unitsOf({ duration, num_videos: count }: Record<string, unknown>, unit: string): number | undefined {
  const films = typeof count === 'number' && count > 0 ? count : 1;
  if (VIDEO.test(unit)) return films;
  const seconds = durationOf(duration);
  return SECOND.test(unit) && seconds !== undefined ? seconds * films : undefined;
}

/** `5`, `"5"` and `"5s"`, as the models have it. */
export function durationOf(duration: unknown): number | undefined {
  const seconds = Number(String(duration).replace(/s$/, ''));
  return (typeof duration === 'number' || typeof duration === 'string') && seconds > 0 ? seconds : undefined;
}

/** What was charged, by the units that fal counted: money only where a unit has a price that means something. */
export function chargedFor(units: number | undefined, price: FalPrice | undefined): Charged {
  if (units === undefined) return { usd: null };
  const isKnown = units === 0 || (price !== undefined && !isVague(price));
  return {
    units,
    usd: isKnown ? timesUsd(price?.unitUsd ?? 0, units) : null,
    ...(price && { billedUnit: price.unit }),
  };
}

/** The price that an estimate was made with. */
export function priceIn(estimate: Estimate | undefined): FalPrice | undefined {
  if (!estimate) return undefined;
  const { billedUnit, unitUsd } = estimate;
  return typeof billedUnit === 'string' && typeof unitUsd === 'number' ? { unit: billedUnit, unitUsd } : undefined;
}

/** Without the remainders of floats: 0.1 dollars for 3 seconds are 0.3. */
function timesUsd(unitUsd: number, units: number): number {
  return Math.round(unitUsd * units * 1e9) / 1e9;
}
