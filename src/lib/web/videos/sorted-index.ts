/** The position of a value: compared number by number, then by the text. Unique for each value. */
export type Position = readonly [major: number, minor: number, key: string];

/** A value and its position. */
export interface Item<T> {
  position: Position;
  value: T;
}

/** Sorted values with single inserts, updates and deletes. */
export class SortedIndex<T> {
  readonly #items: Array<Item<T>> = [];

  get size(): number {
    return this.#items.length;
  }

  set(position: Position, value: T): void {
    const at = this.#firstFrom(position);
    const isThere = this.#isAt(at, position);
    this.#items.splice(at, isThere ? 1 : 0, { position, value });
  }

  delete(position: Position): void {
    const at = this.#firstFrom(position);
    if (this.#isAt(at, position)) this.#items.splice(at, 1);
  }

  values(): T[] {
    return this.#items.map(({ value }) => value);
  }

  /**
   * What comes after a position, which need not exist any more.
   * @param after undefined: from the start
   * @param others merged with it: items that are not in this index
   * @returns `next`: the position of the last value, if more follow
   */
  page(
    after: Position | undefined,
    limit: number,
    others: ReadonlyArray<Item<T>> = [],
  ): { values: T[]; next: Position | undefined } {
    const from = after === undefined ? 0 : this.#firstAfter(after);
    // One more than is shown: whether there is a next page.
    const own = this.#items.slice(from, from + limit + 1);
    const items = others.length === 0 ? own : [...own, ...others].sort((a, b) => compare(a.position, b.position));
    const shown = items.slice(0, limit);
    return {
      values: shown.map(({ value }) => value),
      next: items.length > limit ? shown.at(-1)?.position : undefined,
    };
  }

  #firstAfter(position: Position): number {
    const at = this.#firstFrom(position);
    return this.#isAt(at, position) ? at + 1 : at;
  }

  #isAt(at: number, position: Position): boolean {
    const item = this.#items[at];
    return item !== undefined && compare(item.position, position) === 0;
  }

  /** The number of items before the position. */
  #firstFrom(position: Position): number {
    let [low, high] = [0, this.#items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.#items[middle];
      if (item && compare(item.position, position) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function compare(a: Position, b: Position): number {
  if (a[0] !== b[0]) return a[0] - b[0];
  if (a[1] !== b[1]) return a[1] - b[1];
  if (a[2] === b[2]) return 0;
  return a[2] < b[2] ? -1 : 1;
}
