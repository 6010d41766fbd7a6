interface Entry<R extends object> {
  readonly version: string;
  readonly record: WeakRef<R>;
}

/**
 * The record objects that callers still hold, so that an unchanged record is the same object in every answer. Keeps none
 * of them alive.
 */
export class RowCache<R extends object> {
  readonly #entries = new Map<string, Entry<R>>();
  readonly #gone = new FinalizationRegistry<{ key: string; entry: Entry<R> }>(({ key, entry }) => {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  });

  /** The record in this version, by `read` unless it is known. */
  take(key: string, version: string, read: () => R): R {
    const known = this.#entries.get(key);
    const record = known?.version === version ? known.record.deref() : undefined;
    return record ?? this.put(key, version, read());
  }

  put(key: string, version: string, record: R): R {
    const entry = { version, record: new WeakRef(record) };
    this.#entries.set(key, entry);
    this.#gone.register(record, { key, entry });
    return record;
  }
}
