import type { RecordFormat } from '../record-store.ts';
import { readRow } from './read-row.ts';
import type { Entries, StoredRow } from './rows.ts';
import { writesOf } from './writes.ts';

/** What has to be written of lists and totals for records that were in none. */
export function entriesOf<R>(format: RecordFormat<R>, rows: readonly StoredRow[], where: string): Entries {
  const changes = rows.map(({ key, content }) => {
    return { key, before: undefined, after: readRow(content, key, where, format), isAnew: false };
  });
  return writesOf(format, changes);
}
