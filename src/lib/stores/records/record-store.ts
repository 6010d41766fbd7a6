/**
 * A keyed set of records. Adapters: JSON file (default) and memory; Postgres is planned. Every adapter passes
 * `tests/contracts/record-store.ts`.
 */
export interface RecordStore<R> {
  get(key: string): Promise<R | undefined>;
  /** All records, in the order in which their keys were first stored. */
  list(): Promise<R[]>;
  /**
   * Replaces the record under `key` by what `mutate` returns, as one step: no other update, of this process or another,
   * comes between the record that `mutate` sees and the record that is stored. Resolves once the change is durable.
   * An error thrown by `mutate` rejects this update only and stores nothing.
   */
  update(key: string, mutate: Mutation<R>): Promise<R | undefined>;
}

/**
 * Must be synchronous and must not call the store. No adapter calls it twice for one update, so it may also do something
 * outside the store that has to happen within the step. Return a new record to store it, `current` itself to leave all as it
 * is, or undefined to delete the record. `all` reads every record as it stands within the same step, for rules that
 * span keys (a budget, a file name that two keys spell alike).
 */
export type Mutation<R> = (current: R | undefined, all: () => readonly R[]) => R | undefined;
