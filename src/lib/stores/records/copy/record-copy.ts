import { SharedLook } from '#lib/base/shared-look.ts';
import { isLocal, type RecordStore } from '#lib/stores/records/record-store.ts';

/**
 * All records of a store, for callers that cannot wait. Of a store that this process can read at once they are always up to
 * date; of another one they are as of the last `refresh`: read once, and then only those that have changed.
 */
export class RecordCopy<R> {
  readonly #open: () => RecordStore<R>;
  readonly #keyOf: (record: R) => string;
  #records = new Map<string, R>();
  #list: readonly R[] = [];
  /** What was read up to it is in the copy; undefined: nothing was. */
  #cursor: string | undefined;
  readonly #looks = new SharedLook(() => this.#look());
  /** What this process has written since the look under way began: it may have read the records before that. */
  #written: Array<readonly [key: string, record: R | undefined]> = [];

  /** @param open called for every look, so that settings may change meanwhile */
  constructor(open: () => RecordStore<R>, keyOf: (record: R) => string) {
    this.#open = open;
    this.#keyOf = keyOf;
  }

  /** The same array while nothing changes. */
  list(): readonly R[] {
    const store = this.#open();
    return isLocal(store) ? store.listSync() : this.#list;
  }

  /**
   * Reads what any process has written until this call; calls during a look share the next one. After an error the copy
   * stays as it was, and the next look reads the same changes again.
   * @throws ReelError of the store
   */
  refresh(): Promise<void> {
    return this.#looks.run();
  }

  #look(): Promise<void> {
    this.#written = [];
    return this.#follow();
  }

  /** The store, whose updates by this process are in the copy at once. */
  noting(): RecordStore<R> {
    const store = this.#open();
    if (isLocal(store)) return store;
    return {
      get: (key) => store.get(key),
      find: (query) => store.find(query),
      page: (list, query) => store.page(list, query),
      count: () => store.count(),
      total: (name) => store.total(name),
      totals: (prefix) => store.totals(prefix),
      update: async (key, mutate, needs) => {
        const stored = await store.update(key, mutate, needs);
        this.#note([[key, stored]]);
        if (this.#looks.isRunning) this.#written.push([key, stored]);
        return stored;
      },
    };
  }

  async #follow(): Promise<void> {
    const store = this.#open();
    if (isLocal(store)) return;
    const changes = await store.changes?.(this.#cursor);
    if (this.#cursor === undefined || changes === undefined || changes.keys === 'all') await this.#readAll(store);
    else this.#note(await Promise.all(changes.keys.map(async (key) => [key, await store.get(key)] as const)));
    this.#note(this.#written);
    this.#cursor = changes?.cursor;
  }

  async #readAll(store: RecordStore<R>): Promise<void> {
    const all = await Array.fromAsync(store.find());
    this.#records = new Map(all.map((record) => [this.#keyOf(record), record]));
    this.#list = all;
  }

  #note(changed: ReadonlyArray<readonly [key: string, record: R | undefined]>): void {
    if (changed.length === 0) return;
    for (const [key, record] of changed) {
      if (record === undefined) this.#records.delete(key);
      else this.#records.set(key, record);
    }
    this.#list = [...this.#records.values()];
  }
}
