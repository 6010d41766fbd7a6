import { RecordTable } from '../record-table.ts';
import type { PartRow, StoredRow } from '../sql/rows.ts';

/** What has changed after a revision: the deleted keys, and the rows in the order in which their keys were first stored. */
export interface ListChanges {
  readonly deleted: readonly string[];
  readonly rows: readonly StoredRow[];
}

/** All records of a part in memory, for synchronous lists: filled once, and then brought up to date by what has changed. */
export class SqliteList<R> {
  #id: string | undefined;
  #revision = 0;
  #table = new RecordTable<R>();
  #sequences = new Map<string, number>();

  /** @param read what has changed after a revision */
  list(part: PartRow, read: (revision: number) => ListChanges, recordOf: (row: StoredRow) => R): readonly R[] {
    // Lower: an older copy of the database was restored.
    if (part.id !== this.#id || part.revision < this.#revision) this.#clear(part.id);
    if (part.revision !== this.#revision) this.#take(read(this.#revision), recordOf);
    // A transaction that has ended meanwhile is read again by the next call.
    this.#revision = part.revision;
    return this.#table.list();
  }

  #clear(id: string): void {
    this.#id = id;
    this.#revision = 0;
    this.#table = new RecordTable<R>();
    this.#sequences = new Map();
  }

  #take({ deleted, rows }: ListChanges, recordOf: (row: StoredRow) => R): void {
    for (const key of deleted) this.#delete(key);
    for (const row of rows) {
      const known = this.#sequences.get(row.key);
      // Deleted and stored again in between: it goes last.
      if (known !== undefined && known !== row.sequence) this.#delete(row.key);
      const record = recordOf(row);
      if (this.#table.peek(row.key) !== record) this.#table.set(row.key, record);
      this.#sequences.set(row.key, row.sequence);
    }
  }

  #delete(key: string): void {
    if (this.#table.has(key)) this.#table.delete(key);
    this.#sequences.delete(key);
  }
}
