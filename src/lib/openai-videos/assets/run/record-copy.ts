import type { LocalRecordStore, RecordStore } from '#lib/stores/records/record-store.ts';

/**
 * All records of a store, for callers that cannot wait. A store that this process can read at once is always up to date;
 * of another one this is a copy, kept fresh by `refresh`.
 */
export class RecordCopy<R> {
  readonly #store: RecordStore<R>;
  readonly #keyOf: (record: R) => string;
  #copy = new Map<string, R>();
  #cursor: string | undefined;
  #list: readonly R[] | undefined;
  #isComplete = false;

  constructor(store: RecordStore<R>, keyOf: (record: R) => string) {
    this.#store = store;
    this.#keyOf = keyOf;
  }

  list(): readonly R[] {
    if (isLocal(this.#store)) return this.#store.listSync();
    this.#list ??= [...this.#copy.values()];
    return this.#list;
  }

  get(key: string): R | undefined {
    return isLocal(this.#store) ? this.#store.getSync(key) : this.#copy.get(key);
  }

  #note(key: string, record: R | undefined): void {
    if (record === undefined) this.#copy.delete(key);
    else this.#copy.set(key, record);
    this.#list = undefined;
  }

  /** Reads what any process has written since. */
  async refresh(): Promise<void> {
    if (isLocal(this.#store)) return;
    const changes = await this.#store.changes?.(this.#cursor);
    this.#cursor = changes?.cursor;
    const keys = changes?.keys ?? 'all';
    if (keys === 'all' || !this.#isComplete) await this.#readAll();
    else for (const key of keys) this.#note(key, await this.#store.get(key));
  }

  async #readAll(): Promise<void> {
    const all = new Map<string, R>();
    for await (const record of this.#store.find()) all.set(this.#keyOf(record), record);
    this.#copy = all;
    this.#list = undefined;
    this.#isComplete = true;
  }

  /** The store, whose updates by this process are in the copy at once. */
  noting(): RecordStore<R> {
    const store = this.#store;
    if (isLocal(store)) return store;
    return {
      get: (key) => store.get(key),
      find: (query) => store.find(query),
      count: () => store.count(),
      total: (name) => store.total(name),
      update: async (key, mutate, needs) => {
        const stored = await store.update(key, mutate, needs);
        this.#note(key, stored);
        return stored;
      },
    };
  }
}

function isLocal<R>(store: RecordStore<R>): store is LocalRecordStore<R> {
  return 'getSync' in store && 'listSync' in store;
}
