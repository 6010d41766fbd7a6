import { clamp } from '#lib/components/words/timeline.ts';

/** One step of the wipe, as a share of the distance between two marks. */
const WIPE_STEP = 0.1;

/**
 * Where a key moves the handle: arrows to the next era, with Shift a tenth of the way, Home and End to the ends;
 * undefined for every other key.
 */
export function stepOf(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  at: number,
  last: number,
): number | undefined {
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  const direction = DIRECTIONS[key];
  if (direction === undefined) return undefined;
  const isWipe = shiftKey && !key.startsWith('Page');
  const next = isWipe ? round(at + direction * WIPE_STEP) : nextMark(at, direction);
  return clamp(next, 0, last);
}

const DIRECTIONS: Record<string, 1 | -1> = {
  ArrowRight: 1,
  ArrowUp: 1,
  PageUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageDown: -1,
};

function nextMark(at: number, direction: 1 | -1): number {
  return direction > 0 ? Math.floor(at) + 1 : Math.ceil(at) - 1;
}

/** Ten tenths must add up to one, or the handle would never quite reach a mark. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}
