import type { ListPlace, RecordStore } from '#lib/stores/records/record-store.ts';

const AT_ONCE = 200;

export interface RecordWindowOptions<R> {
  /** Called for every look, so that settings may change meanwhile. */
  open: () => RecordStore<R>;
  keyOf(record: R): string;
  /** The list of the format whose records are all kept here. */
  list: string;
  /** The place of a record in a list; undefined: it is not there. */
  placeIn(list: string, record: R): number | undefined;
}

/**
 * The records of one list of a store, and single ones besides, kept up to date by what has changed; the others stay in the
 * store, to be read in pages.
 */
export class RecordWindow<R> {
  readonly #options: RecordWindowOptions<R>;
  readonly #kept = new Set<string>();
  readonly #missing = new Set<string>();
  #records = new Map<string, R>();
  #list: readonly R[] = [];
  #others: R[] = [];
  #cursor: string | undefined;
  #isWhole = false;

  constructor(options: RecordWindowOptions<R>) {
    this.#options = options;
  }

  /** Whether every record is kept. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** The records that are kept; the same array while nothing changes. */
  list(): readonly R[] {
    return this.#list;
  }

  /** Keeps the record of a key, whatever its lists. @param record if it was read already */
  keep(key: string, record?: R): void {
    if (!this.#kept.has(key) && record === undefined) this.#missing.add(key);
    this.#kept.add(key);
    if (record !== undefined) this.#take([[key, record]]);
  }

  /** Ends `keep`. */
  drop(key: string): void {
    this.#kept.delete(key);
    const record = this.#records.get(key);
    if (record !== undefined) this.#take([[key, record]]);
  }

  /** The records that have changed since the last call and are not kept. */
  takeOthers(): R[] {
    const others = this.#others;
    this.#others = [];
    return others;
  }

  /** Reads what any process has written. @returns whether anything was @throws ReelError of the store */
  async refresh(options: { everything?: boolean } = {}): Promise<boolean> {
    const store = this.#options.open();
    const isWhole = this.#isWhole || options.everything === true;
    const changes = await store.changes?.(this.#cursor);
    const isKnown = this.#cursor !== undefined && isWhole === this.#isWhole;
    if (!isKnown || changes === undefined || changes.keys === 'all') await this.#readAll(store, isWhole);
    else await this.#readSome(store, [...new Set([...changes.keys, ...this.#missing])]);
    const hasChanged = changes?.cursor !== this.#cursor;
    this.#cursor = changes?.cursor;
    return hasChanged;
  }

  /** One page of a list of the store: what comes after a place, kept or not. */
  async page(list: string, after: ListPlace | undefined, limit: number): Promise<readonly R[]> {
    return this.#options.open().page(list, { after, limit });
  }

  get(key: string): Promise<R | undefined> {
    return this.#options.open().get(key);
  }

  totals(prefix: string): Promise<ReadonlyMap<string, number>> {
    return this.#options.open().totals(prefix);
  }

  async #readAll(store: RecordStore<R>, isWhole: boolean): Promise<void> {
    const records = isWhole ? await Array.fromAsync(store.find()) : await this.#readList(store);
    this.#isWhole = isWhole;
    this.#records = new Map(records.map((record) => [this.#options.keyOf(record), record]));
    await this.#readSome(store, isWhole ? [] : [...this.#kept]);
    this.#list = [...this.#records.values()];
  }

  async #readList(store: RecordStore<R>): Promise<R[]> {
    const { list, keyOf, placeIn } = this.#options;
    const records: R[] = [];
    for (let after: ListPlace | undefined; ; ) {
      const page = await store.page(list, { after, limit: AT_ONCE });
      records.push(...page);
      const last = page.at(-1);
      if (last === undefined || page.length < AT_ONCE) return records;
      after = { at: placeIn(list, last) ?? 0, key: keyOf(last) };
    }
  }

  async #readSome(store: RecordStore<R>, keys: readonly string[]): Promise<void> {
    for (let from = 0; from < keys.length; from += AT_ONCE) {
      const some = keys.slice(from, from + AT_ONCE);
      this.#take(await Promise.all(some.map(async (key) => [key, await store.get(key)] as const)), true);
      for (const key of some) this.#missing.delete(key);
    }
  }

  #take(read: ReadonlyArray<readonly [key: string, record: R | undefined]>, isNews = false): void {
    for (const [key, record] of read) {
      if (record !== undefined && this.#isKept(key, record)) this.#records.set(key, record);
      else {
        this.#records.delete(key);
        if (record !== undefined && isNews) this.#others.push(record);
      }
    }
    if (read.length > 0) this.#list = [...this.#records.values()];
  }

  #isKept(key: string, record: R): boolean {
    return this.#isWhole || this.#kept.has(key) || this.#options.placeIn(this.#options.list, record) !== undefined;
  }
}
