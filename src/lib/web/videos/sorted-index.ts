/** The position of a value: compared number by number, then by the text. Unique for each value. */
export type Position = readonly [major: number, minor: number, key: string];

interface Item<T> {
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
   * The values after a position, which need not exist any more.
   * @param after undefined: from the start
   * @returns `next`: the position of the last value, if more follow
   */
  page(after: Position | undefined, limit: number): { values: T[]; next: Position | undefined } {
    const from = after === undefined ? 0 : this.#firstAfter(after);
    const items = this.#items.slice(from, from + limit);
    const hasMore = from + items.length < this.#items.length;
    return { values: items.map(({ value }) => value), next: hasMore ? items.at(-1)?.position : undefined };
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
