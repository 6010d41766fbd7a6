import { clamp } from '#lib/components/words/timeline.ts';

/** A pointer that moves less than this is a press, not a drag. */
export const DRAG_FROM_PIXELS = 6;

/**
 * The first mark of the pair that a drag over the picture wipes between: the current era and the next one, or the previous
 * one if only that has a film.
 */
export function pairAt(index: number, hasFilm: readonly boolean[]): number {
  const isLast = index >= hasFilm.length - 1;
  const isBetterBack = !hasFilm[index + 1] && hasFilm[index - 1] === true;
  return isLast || isBetterBack ? Math.max(0, index - 1) : index;
}

/** One pointer on the picture: the line of the wipe follows it. */
export class WipeDrag {
  #start: { x: number; pair: number } | undefined;
  #isDrag = false;

  down(x: number, pair: number): void {
    this.#start = { x, pair };
    this.#isDrag = false;
  }

  /** @returns position of the handle in marks, or undefined while this is not a drag */
  move(x: number, { left, width }: Pick<DOMRect, 'left' | 'width'>): number | undefined {
    if (!this.#start) return undefined;
    this.#isDrag ||= Math.abs(x - this.#start.x) >= DRAG_FROM_PIXELS;
    return this.#isDrag ? this.#start.pair + clamp((x - left) / width, 0, 1) : undefined;
  }

  up(): 'drag' | 'press' | 'nothing' {
    const what = this.#start === undefined ? 'nothing' : this.#isDrag ? 'drag' : 'press';
    this.#start = undefined;
    return what;
  }
}
