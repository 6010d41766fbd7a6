import type { StorageOverview } from '#lib/web/storage/storage-view.ts';

export const WIDTH = 1000;
export const HEIGHT = 240;
const DAY_MS = 24 * 3_600_000;

export interface GrowthLine {
  /** Paths in a picture of `WIDTH` by `HEIGHT`. */
  line: string;
  area: string;
  /** What its upper edge stands for. */
  topBytes: number;
  firstDay: string;
  lastDay: string;
}

/**
 * The bytes that were stored by each day as a line of steps; begins with nothing, the day before the first one, and ends
 * today. Undefined where nothing is stored.
 */
export function growthLine(growth: StorageOverview['growth'], nowMs: number): GrowthLine | undefined {
  const [first, last] = [growth[0], growth.at(-1)];
  if (!first || !last) return undefined;
  const startMs = timeOf(first.day) - DAY_MS;
  const endMs = Math.max(timeOf(last.day), timeOf(dayOf(nowMs)));
  const topBytes = niceCeiling(last.totalBytes);
  const x = (day: string) => round(((timeOf(day) - startMs) / (endMs - startMs)) * WIDTH);
  const y = (bytes: number) => round(HEIGHT - (bytes / topBytes) * HEIGHT);
  const steps = growth.map(({ day, totalBytes }) => `H${x(day)}V${y(totalBytes)}`).join('');
  const line = `M0 ${HEIGHT}${steps}H${WIDTH}`;
  return { line, area: `${line}V${HEIGHT}Z`, topBytes, firstDay: dayOf(startMs), lastDay: dayOf(endMs) };
}

/** The next of 1, 2, 5, 10, … that is no smaller: its half is a round number, too. */
export function niceCeiling(bytes: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, bytes)));
  return power * ([1, 2, 5].find((step) => step * power >= bytes) ?? 10);
}

function timeOf(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
