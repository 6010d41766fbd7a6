/** The functions of the provider's library. */
export interface RecordSource<R> {
  /** Whether its records can be read without waiting. */
  isLocal(): boolean;
  changes(since?: string): Promise<{ keys: readonly string[] | 'all'; cursor: string }>;
  list(): Promise<readonly R[]>;
  get(key: string): Promise<R | undefined>;
  keyOf(record: R): string;
}

/**
 * The records of a store that cannot be read without waiting, as they were when `pull` last looked: read once, and then only
 * those that have changed.
 */
export class RemoteRecords<R> {
  readonly #source: RecordSource<R>;
  readonly #records = new Map<string, R>();
  #list: readonly R[] = [];
  #cursor: string | undefined;
  #pulling: Promise<void> | undefined;
  #failure: unknown;

  constructor(source: RecordSource<R>) {
    this.#source = source;
  }

  /** Looks for changes; calls at the same time share one look. Never rejects: `list` throws what went wrong. */
  pull(): Promise<void> {
    this.#pulling ??= this.#follow().finally(() => {
      this.#pulling = undefined;
    });
    return this.#pulling;
  }

  /** The same array while nothing changes. @throws ReelError why the last look failed */
  list(): readonly R[] {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#list;
  }

  async #follow(): Promise<void> {
    try {
      if (!this.#source.isLocal()) await this.#take();
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
    }
  }

  async #take(): Promise<void> {
    const { keys, cursor } = await this.#source.changes(this.#cursor);
    if (this.#cursor === undefined || keys === 'all') {
      this.#records.clear();
      for (const record of await this.#source.list()) this.#records.set(this.#source.keyOf(record), record);
    } else {
      for (const key of keys) await this.#takeOne(key);
      if (keys.length === 0) return;
    }
    this.#cursor = cursor;
    this.#list = [...this.#records.values()];
  }

  async #takeOne(key: string): Promise<void> {
    const record = await this.#source.get(key);
    if (record) this.#records.set(key, record);
    else this.#records.delete(key);
  }
}
