import { messageOf } from '#lib/base/errors.ts';

/** Tells what is new from what was said before, so that lasting trouble does not fill the disk with one line a second. */
export class Trouble {
  #told: string | undefined;

  /** Whether this is other trouble than the last, or the first since it was over. */
  isNews(error: unknown): boolean {
    const text = messageOf(error);
    const isNews = text !== this.#told;
    this.#told = text;
    return isNews;
  }

  /** It works again. */
  end(): void {
    this.#told = undefined;
  }
}
