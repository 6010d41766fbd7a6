import { applyMutation, type Update } from '../apply-mutation.ts';
import { RecordIndex } from '../record-index.ts';
import type { RecordFormat } from '../record-store.ts';
import { RecordTable } from '../record-table.ts';
import type { PendingUpdate, Settle } from '../update-queue.ts';
import type { Loaded, Writes } from './rows.ts';
import { requireStorable } from './storable-text.server.ts';
import { writesOf } from './writes.ts';

/** Applies updates in memory, one after the other, to the few records that they are about. */
export class GroupTrial<R> {
  readonly #format: RecordFormat<R>;
  readonly #before: RecordTable<R>;
  readonly #table: RecordTable<R>;
  readonly #index: RecordIndex<R>;
  readonly #deleted = new Set<string>();

  constructor(format: RecordFormat<R>, { records, ...known }: Loaded<R>) {
    this.#format = format;
    this.#before = new RecordTable(Array.from(records, ([key, record]) => [key, { record }]));
    this.#table = this.#before.copy();
    this.#index = new RecordIndex(format, known);
  }

  /** Applies the updates in their order. One that fails affects no other. @returns how to report each outcome */
  apply(group: readonly PendingUpdate<R>[], nowMs: number): Settle[] {
    return group.map((update) => {
      try {
        const stored = this.#applyOne(update, nowMs);
        return () => update.resolve(stored);
      } catch (error) {
        return () => update.reject(error);
      }
    });
  }

  #applyOne(update: Update<R>, nowMs: number): R | undefined {
    requireStorable(update.key);
    const stored = applyMutation({ table: this.#table, index: this.#index, format: this.#format }, update, nowMs);
    if (stored === undefined && this.#before.has(update.key)) this.#deleted.add(update.key);
    return stored;
  }

  /** @returns undefined: there is nothing to write */
  writes(): Writes<R> | undefined {
    const keys = this.#table.changedSince(this.#before);
    if (keys.length === 0) return undefined;
    const changes = keys.map((key) => {
      const isAnew = this.#deleted.has(key);
      return { key, before: this.#before.peek(key), after: this.#table.peek(key), isAnew };
    });
    return writesOf(this.#format, changes);
  }
}
