import type { ListQuery, RecordFormat } from '../record-store.ts';
import { entriesOf, listsMark } from '../sql/lists.ts';
import type { PartRow, StoredRow } from '../sql/rows.ts';
import { toStorable, toStorableName } from '../sql/storable-text.server.ts';
import type { SqliteConnection } from './sqlite-access.ts';
import { writeEntries } from './sqlite-entries.server.ts';
import { COLUMNS, findPage, storedRow } from './sqlite-rows.server.ts';

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

/** Builds the lists and totals of a part from its records, in the transaction under way. @param where names the records */
export function buildLists<R>(
  file: SqliteConnection,
  part: string,
  own: PartRow,
  format: RecordFormat<R>,
  where: string,
): void {
  for (const table of ['places', 'totals']) file.run(`delete from reelkeep_${table} where part = ?`, part);
  let after: string | undefined;
  do {
    const rows = findPage(file, part, { after }, AT_ONCE);
    writeEntries(file, part, entriesOf(format, rows, where));
    after = rows.at(-1)?.key;
  } while (after !== undefined);
  const mark = format.lists ? listsMark(format.lists.version, own.revision) : null;
  file.run('update reelkeep_parts set lists = ? where name = ?', mark, part);
}
