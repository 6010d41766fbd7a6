import type { ListQuery, RecordFormat } from '../record-store.ts';
import { endOfPrefix, entriesOf, listsMark } from '../sql/lists.ts';
import type { PartRow, Placed, Writes } from '../sql/rows.ts';
import { fromStorable, toStorable, toStorableName } from '../sql/storable-text.server.ts';
import type { PostgresConnection, Row } from './postgres-access.ts';
import { PART, RECORD, type Statement, storedRows } from './postgres-rows.ts';

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

/** What has to be written of lists and totals. */
export function entryStatements<R>(
  part: string,
  { places, totals }: Pick<Writes<R>, 'places' | 'totals'>,
): Array<[string, unknown[]]> {
  const statements: Array<[string, unknown[]]> = [];
  const these = 'select * from unnest($2::text[], $3::float8[], $4::text[])';
  if (places.gone.length > 0) {
    const sql = `delete from reelkeep_places where part = $1 and (list, place, key) in (${these})`;
    statements.push([sql, [part, ...columnsOf(places.gone)]]);
  }
  if (places.come.length > 0) {
    const sql = `insert into reelkeep_places (part, list, place, key)
      select $1, come.* from (${these}) as come on conflict do nothing`;
    statements.push([sql, [part, ...columnsOf(places.come)]]);
  }
  return [...statements, ...addToTotals(part, totals)];
}

/** Builds the lists and totals of a part from its records, under its lock. @param where names the records */
export async function buildLists<R>(
  connection: PostgresConnection,
  part: string,
  own: PartRow,
  format: RecordFormat<R>,
  where: string,
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
    for (const statement of entryStatements(part, entriesOf(format, rows, where))) {
      await connection.query(...statement);
    }
    after = last.sequence;
  }
  const mark = format.lists ? listsMark(format.lists.version, own.revision) : null;
  await connection.query('update reelkeep_parts set lists = $2 where name = $1', [part, mark]);
}

function columnsOf(places: readonly Placed[]): [lists: string[], positions: number[], keys: string[]] {
  return [
    places.map(({ list }) => toStorableName(list)),
    places.map(({ at }) => at),
    places.map(({ key }) => toStorable(key)),
  ];
}

function addToTotals(part: string, totals: ReadonlyMap<string, bigint>): Array<[string, unknown[]]> {
  if (totals.size === 0) return [];
  const names = [...totals.keys()].map(toStorableName);
  const amounts = [...totals.values()].map(String);
  return [
    [
      `insert into reelkeep_totals as t (part, name, amount) select $1, * from unnest($2::text[], $3::numeric[])
       on conflict (part, name) do update set amount = t.amount + excluded.amount`,
      [part, names, amounts],
    ],
    ['delete from reelkeep_totals where part = $1 and name = any($2::text[]) and amount = 0', [part, names]],
  ];
}
