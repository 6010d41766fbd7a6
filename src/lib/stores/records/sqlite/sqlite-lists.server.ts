import type { ListQuery } from '../record-store.ts';
import type { Entries, StoredRow } from '../sql/rows.ts';
import { toStorable, toStorableName } from '../sql/storable-text.server.ts';
import { COLUMNS, storedRow } from './sqlite-columns.server.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import { writeEntries } from './sqlite-entries.server.ts';

const AT_ONCE = 500;

/** One page of a list. */
export function readListPage(
  file: SqliteConnection,
  part: string,
  list: string,
  { after, limit }: ListQuery,
): StoredRow[] {
  const from = after ? 'and (p.place, p.key) > (?, ?)' : '';
  // A cross join keeps the order of the tables: the list first, and then its records alone.
  const sql = `select ${COLUMNS.replaceAll(/\w+/g, 'r.$&')} from reelkeep_places p
    cross join reelkeep_records r on r.part = p.part and r.key = p.key
    where p.part = ? and p.list = ? ${from} order by p.place, p.key limit ?`;
  const place = after ? [after.at, toStorable(after.key)] : [];
  return file.all(sql, part, toStorableName(list), ...place, limit).map(storedRow);
}

/** Builds the lists and totals of a part from its records, in the transaction under way. @param stamp see `stampToBuild` */
export function buildLists(
  file: SqliteConnection,
  part: string,
  stamp: string,
  entriesOf: (rows: readonly StoredRow[]) => Entries,
): void {
  for (const table of ['places', 'totals']) file.run(`delete from reelkeep_${table} where part = ?`, part);
  const sql = `select ${COLUMNS} from reelkeep_records where part = ? and sequence > ? order by sequence limit ?`;
  for (let after: number | undefined = -1; after !== undefined; ) {
    const rows: StoredRow[] = file.all(sql, part, after, AT_ONCE).map(storedRow);
    writeEntries(file, part, entriesOf(rows));
    after = rows.at(-1)?.sequence;
  }
  file.run('update reelkeep_parts set lists = ? where name = ?', stamp, part);
}
