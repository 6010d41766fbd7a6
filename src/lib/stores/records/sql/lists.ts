import type { RecordFormat } from '../record-store.ts';
import { readRow } from './read-row.ts';
import type { PartRow, StoredRow, Writes } from './rows.ts';
import { writesOf } from './writes.ts';

/**
 * Whether a part's lists and totals are those of its format. They are not after the format has changed, and after a process
 * of a former version, which knows no lists, has written.
 */
export function hasLists<R>({ lists }: RecordFormat<R>, { revision, lists: written }: PartRow): boolean {
  return lists === undefined || revision === 0 || written === listsMark(lists.version, revision);
}

/** What a part says of lists that are complete as of a revision. The statements of both databases make it as well. */
export function listsMark(version: number, revision: number): string {
  return `${version}:${revision}`;
}

/** What has to be written of lists and totals for records that were in none. */
export function entriesOf<R>(
  format: RecordFormat<R>,
  rows: readonly StoredRow[],
  where: string,
): Pick<Writes<R>, 'places' | 'totals'> {
  const changes = rows.map(({ key, content }) => {
    return { key, before: undefined, after: readRow(content, key, where, format), isAnew: false };
  });
  return writesOf(format, changes);
}

/** The first text after all that begin with `prefix`, in the order of their bytes. The prefix is not empty. */
export function endOfPrefix(prefix: string): string {
  const last = prefix.length - 1;
  return prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1);
}
