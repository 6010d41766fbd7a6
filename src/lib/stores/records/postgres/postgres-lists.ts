import type { ListQuery } from '../record-store.ts';
import type { Entries, StoredRow } from '../sql/rows.ts';
import { endOfPrefix, fromStorable, toStorable, toStorableName } from '../sql/storable-text.server.ts';
import type { PostgresConnection, Row } from './postgres-access.ts';
import { PART, RECORD, type Statement, storedRows } from './postgres-columns.ts';
import { entryStatements } from './postgres-entries.ts';

const AT_ONCE = 500;

/** The part, and one page of a list; one row without a key where nothing is found. */
export function selectListPage(part: string, list: string, { after, limit }: ListQuery): Statement {
  const values: unknown[] = [part, toStorableName(list), limit];
  if (after) values.push(after.at, toStorable(after.key));
  const sql = `select ${PART}, ${RECORD} from reelkeep_parts p
    left join (
      select place, key from reelkeep_places where part = $1 and list = $2
        ${after ? 'and (place, key) > ($4::float8, $5::text)' : ''}
      order by place, key limit $3
    ) l on true
    left join reelkeep_records r on r.part = $1 and r.key = l.key
    where p.name = $1 order by l.place, l.key`;
  return [sql, values];
}

/** The part, and its totals whose names begin with `prefix`; one row without a name where there are none. */
export function selectTotals(part: string, prefix: string): Statement {
  const sql = `select ${PART}, t.name as total, t.amount::text from reelkeep_parts p
    left join reelkeep_totals t on t.part = p.name and t.name >= $2 and t.name < $3 where p.name = $1`;
  return [sql, [part, toStorableName(prefix), endOfPrefix(toStorableName(prefix))]];
}

export function totalsOfRows(rows: readonly Row[]): Map<string, number> {
  const found = rows.filter(({ total }) => typeof total === 'string');
  return new Map(found.map(({ total, amount }) => [fromStorable(String(total)), Number(amount)]));
}

/** Builds the lists and totals of a part from its records, under its lock. @param stamp see `stampToBuild` */
export async function buildLists(
  connection: PostgresConnection,
  part: string,
  stamp: string,
  entriesOf: (rows: readonly StoredRow[]) => Entries,
): Promise<void> {
  for (const table of ['places', 'totals']) {
    await connection.query(`delete from reelkeep_${table} where part = $1`, [part]);
  }
  for (let after = -1; ; ) {
    const sql = `select ${RECORD} from reelkeep_records r where part = $1 and sequence > $2
      order by sequence limit ${AT_ONCE}`;
    const rows = storedRows(await connection.query(sql, [part, after]));
    const last = rows.at(-1);
    if (!last) break;
    for (const statement of entryStatements(part, entriesOf(rows))) {
      await connection.query(...statement);
    }
    after = last.sequence;
  }
  await connection.query('update reelkeep_parts set lists = $2 where name = $1', [part, stamp]);
}
