/** Of the line, what is dealt out evenly so that no two labels meet; the rest goes by the years between the marks. */
const EVEN_SHARE = 0.74;
/** A handle let go this near to a mark belongs to the mark. */
const SNAP_WITHIN = 0.06;

/**
 * Where the marks of a timeline stand, 0 to 1, in the given order. Long ages lie further apart than short ones; where a
 * year is not known, or the order is not that of time, all gaps are alike.
 */
export function markPositions(years: ReadonlyArray<number | undefined>): number[] {
  const gaps = yearsBetween(years);
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  const positions = [0];
  for (const gap of gaps) {
    const share = EVEN_SHARE / gaps.length + (1 - EVEN_SHARE) * (gap / total);
    positions.push((positions.at(-1) ?? 0) + share);
  }
  return positions;
}

function yearsBetween(years: ReadonlyArray<number | undefined>): number[] {
  const gaps = years.slice(1).map((year, index) => (year ?? Number.NaN) - (years[index] ?? Number.NaN));
  return gaps.every((gap) => gap > 0) ? gaps : gaps.map(() => 1);
}

/** Between which two marks a handle stands; `blend` 0 is all the first, 1 all the second. */
export interface Between {
  from: number;
  to: number;
  blend: number;
}

/** @param at place of the handle in marks: 1.25 is a quarter of the way from the second mark to the third */
export function between(at: number, marks: number): Between {
  const inside = clamp(at, 0, marks - 1);
  const from = Math.min(Math.floor(inside), Math.max(0, marks - 2));
  return { from, to: Math.min(from + 1, marks - 1), blend: inside - from };
}

/** Place of the handle in marks (see `between`) for a point of the line, 0 to 1. */
export function placeOfPoint(point: number, positions: readonly number[]): number {
  const last = positions.length - 1;
  const next = positions.findIndex((position) => position > point);
  if (next === 0) return 0;
  if (next === -1) return last;
  const [low = 0, high = 1] = [positions[next - 1], positions[next]];
  return next - 1 + (point - low) / (high - low);
}

/** The way back: the point of the line, 0 to 1, of a handle's place in marks. */
export function pointOfPlace(at: number, positions: readonly number[]): number {
  const { from, to, blend } = between(at, positions.length);
  const [low = 0, high = 0] = [positions[from], positions[to]];
  return low + (high - low) * blend;
}

/** The mark a handle belongs to when it is let go, or its own place when it stands well between two. */
export function settle(at: number): number {
  const nearest = Math.round(at);
  return Math.abs(at - nearest) <= SNAP_WITHIN ? nearest : at;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
