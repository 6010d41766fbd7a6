import { messageOf } from '#lib/base/errors.ts';

/** Distinguishes a new failure from a repeated one, so that a lasting failure does not fill the log. */
export class LogOnce {
  #last: string | undefined;

  /** Whether this failure differs from the last one, or is the first since `end`. */
  isFirst(error: unknown): boolean {
    const text = messageOf(error);
    const isFirst = text !== this.#last;
    this.#last = text;
    return isFirst;
  }

  /** Call it when the work succeeds again. */
  end(): void {
    this.#last = undefined;
  }
}
