import type { MediaItemView } from '#lib/web/media/media-view.ts';

const EVERY = 3;
/** A film that cannot be drawn must not keep a page asking. */
const MOST_IN_VAIN = 20;

/** When to load a list again because films in it wait for their pictures. */
export class AwaitedPictures {
  #due = 0;
  #looks = 0;

  /** Asked at each look at the list, about every second. */
  isTime(items: readonly Pick<MediaItemView, 'picturesDue'>[]): boolean {
    const due = items.filter(({ picturesDue }) => picturesDue).length;
    if (due !== this.#due) this.#looks = 0;
    this.#due = due;
    if (due === 0) return false;
    this.#looks += 1;
    return this.#looks % EVERY === 0 && this.#looks <= EVERY * MOST_IN_VAIN;
  }
}
