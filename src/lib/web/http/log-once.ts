import { messageOf } from '#lib/base/errors.ts';

/** Tells a new failure from one that goes on, so that a lasting one does not fill the disk with a line a second. */
export class LogOnce {
  #last: string | undefined;

  /** Whether this failure differs from the last one, or is the first since `end`. */
  isFirst(error: unknown): boolean {
    const text = messageOf(error);
    const isFirst = text !== this.#last;
    this.#last = text;
    return isFirst;
  }

  /** It works again. */
  end(): void {
    this.#last = undefined;
  }
}
