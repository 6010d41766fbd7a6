interface Entry<R> {
  readonly record: R;
  /** The record as text, once an adapter has written it out: one update need not serialise all the others again. */
  text?: string;
}

/**
 * Records by key, in the order in which the keys were first stored. Everything that leaves the table is deeply frozen:
 * a caller that changed a shared record would otherwise change what every other caller reads. Freezing happens when a
 * record is first handed out, because freezing 10 000 takes about as long as parsing them.
 */
export class RecordTable<R> {
  readonly #entries: Map<string, Entry<R>>;
  #list: readonly R[] | undefined;
  #isChanged = false;

  constructor(entries: Iterable<readonly [string, Entry<R>]> = []) {
    this.#entries = new Map(entries);
  }

  get(key: string): R | undefined {
    return deepFreeze(this.#entries.get(key)?.record);
  }

  /** Every record; the same frozen array until the table changes. */
  list(): readonly R[] {
    this.#list ??= Object.freeze(Array.from(this.#entries.values(), (entry) => deepFreeze(entry.record)));
    return this.#list;
  }

  /** Whether anything was set or deleted since this table was made. */
  get isChanged(): boolean {
    return this.#isChanged;
  }

  get size(): number {
    return this.#entries.size;
  }

  keys(): ReadonlySet<string> {
    return new Set(this.#entries.keys());
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Like `get`, but not frozen: for reading only. */
  peek(key: string): R | undefined {
    return this.#entries.get(key)?.record;
  }

  /** The keys whose records were added, deleted or changed between an earlier table and this one. */
  changedSince(earlier: RecordTable<R>): string[] {
    const came = [...this.#entries].flatMap(([key, { record }]) => (earlier.peek(key) === record ? [] : [key]));
    return [...came, ...[...earlier.#entries.keys()].filter((key) => !this.#entries.has(key))];
  }

  set(key: string, record: R, text?: string): void {
    this.#entries.set(key, text === undefined ? { record } : { record, text });
    this.#changed();
  }

  delete(key: string): void {
    this.#entries.delete(key);
    this.#changed();
  }

  /** The text of one record, by `write` where it is not known yet. */
  textOf(key: string, write: (record: R) => string): string | undefined {
    const entry = this.#entries.get(key);
    if (entry) entry.text ??= write(entry.record);
    return entry?.text;
  }

  /** The records by their text, by `write` where it is not known yet. */
  byText(write: (record: R) => string): Map<string, { key: string; record: R; text: string }> {
    return new Map(
      Array.from(this.#entries, ([key, entry]) => {
        entry.text ??= write(entry.record);
        return [entry.text, { key, record: entry.record, text: entry.text }];
      }),
    );
  }

  /** A copy to try changes on; the records themselves are shared. */
  copy(): RecordTable<R> {
    return new RecordTable(this.#entries);
  }

  /** The text of each record, by `write` where it is not known yet. */
  texts(write: (record: R) => string): string[] {
    return Array.from(this.#entries.values(), (entry) => {
      entry.text ??= write(entry.record);
      return entry.text;
    });
  }

  #changed(): void {
    this.#isChanged = true;
    this.#list = undefined;
  }
}

/** Freezes plain data in place and returns it, without recursion: a file may nest deeper than the stack. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const pending: object[] = [value];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    Object.freeze(item);
    for (const child of Object.values(item)) {
      if (typeof child === 'object' && child !== null && !Object.isFrozen(child)) pending.push(child);
    }
  }
  return value;
}
