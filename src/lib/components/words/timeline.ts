/** The share of the line distributed evenly so that labels do not overlap; the rest is proportional to the years. */
const EVEN_SHARE = 0.74;
/** A handle released this close to a mark snaps to it. */
const SNAP_WITHIN = 0.06;

/**
 * The positions of the marks on a timeline, 0 to 1, in the given order. More years make a wider gap; if a year is unknown,
 * or the order is not chronological, all gaps are equal.
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

/** The two marks around a handle; `blend` 0 is entirely the first, 1 entirely the second. */
export interface Between {
  from: number;
  to: number;
  blend: number;
}

/** @param at position of the handle in marks: 1.25 is a quarter of the way from the second mark to the third */
export function between(at: number, marks: number): Between {
  const inside = clamp(at, 0, marks - 1);
  const from = Math.min(Math.floor(inside), Math.max(0, marks - 2));
  return { from, to: Math.min(from + 1, marks - 1), blend: inside - from };
}

/** Position of the handle in marks (see `between`) for a point on the line, 0 to 1. */
export function placeOfPoint(point: number, positions: readonly number[]): number {
  const last = positions.length - 1;
  const next = positions.findIndex((position) => position > point);
  if (next === 0) return 0;
  if (next === -1) return last;
  const [low = 0, high = 1] = [positions[next - 1], positions[next]];
  return next - 1 + (point - low) / (high - low);
}

/** The inverse: the point on the line, 0 to 1, for a handle's position in marks. */
export function pointOfPlace(at: number, positions: readonly number[]): number {
  const { from, to, blend } = between(at, positions.length);
  const [low = 0, high = 0] = [positions[from], positions[to]];
  return low + (high - low) * blend;
}

/** Where a released handle comes to rest: the nearby mark, or its own position if it is well between two. */
export function snap(at: number): number {
  const nearest = Math.round(at);
  return Math.abs(at - nearest) <= SNAP_WITHIN ? nearest : at;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
