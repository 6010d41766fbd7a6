import type { RecordQuery } from '../record-store.ts';
import type { GroupNeeds } from '../sql/needs.ts';
import type { Loaded, PartRow, StoredRow } from '../sql/rows.ts';
import { fromStorable, toStorable, toStorableName } from '../sql/storable-text.server.ts';
import type { PostgresConnection } from './postgres-access.ts';
import { PART, RECORD, type Statement, storedRows } from './postgres-columns.ts';

/** The lock of a part: every update holds it, so that claims, totals and revisions need none of their own. */
export function lockPart(part: string): string {
  if (!/^[a-z][a-z0-9-]*$/.test(part)) throw new Error(`not a name of a part: ${part}`);
  return `select ${PART}, p.sequence as last_sequence from reelkeep_parts p where p.name = '${part}' for update`;
}

/** The part, and one of its records if it is there: one row. */
export function selectRecord(part: string, key: string): Statement {
  const sql = `select ${PART}, ${RECORD} from reelkeep_parts p
    left join reelkeep_records r on r.part = p.name and r.key = $2 where p.name = $1`;
  return [sql, [part, toStorable(key)]];
}

/** The part, and one page of what `find` returns; one row without a key where nothing is found. */
export function selectPage(part: string, query: RecordQuery, limit: number): Statement {
  const values: unknown[] = [part, limit];
  const conditions = ['part = p.name'];
  const add = (condition: (place: string) => string, value: unknown) => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  const { after, unfinished, taskId, dueBeforeMs } = query;
  if (after !== undefined) add((place) => `key > ${place}`, toStorable(after));
  if (unfinished) conditions.push('is_unfinished');
  if (dueBeforeMs !== undefined) add((place) => `due_ms < ${place}`, dueBeforeMs);
  if (taskId !== undefined) {
    const ofTask = (place: string) =>
      `key in (select t.key from reelkeep_tasks t where t.part = $1 and t.task_id = ${place})`;
    add(ofTask, toStorableName(taskId));
  }
  const sql = `select ${PART}, ${RECORD} from reelkeep_parts p
    left join lateral (
      select key, revision, sequence, content from reelkeep_records where ${conditions.join(' and ')}
      order by key limit $2
    ) r on true
    where p.name = $1 order by r.key`;
  return [sql, values];
}

/** The part, and the keys that were changed or deleted after a revision. */
export function selectChangedKeys(part: string, revision: number): Statement {
  const sql = `select ${PART}, r.key from reelkeep_parts p
    left join (
      select key, revision from reelkeep_records where part = $1 and revision > $2
      union all select key, revision from reelkeep_deleted where part = $1 and revision > $2
    ) r on true
    where p.name = $1 order by r.revision, r.key`;
  return [sql, [part, revision]];
}

/** The part, and one of its totals. */
export function selectTotal(part: string, name: string): Statement {
  const sql = `select ${PART}, (select amount::text from reelkeep_totals where part = $1 and name = $2) as amount
    from reelkeep_parts p where p.name = $1`;
  return [sql, [part, toStorableName(name)]];
}

/** What some updates need to know, read under the lock of their part. `nowMs` is of the server, after every lock was taken. */
export async function load<R>(
  connection: PostgresConnection,
  part: string,
  own: PartRow,
  { keys, claims, totals }: GroupNeeds,
  recordOf: (row: StoredRow) => R,
): Promise<{ loaded: Loaded<R>; nowMs: number }> {
  const rows = await connection.query(
    `select ${RECORD} from reelkeep_records r where r.part = $1 and r.key = any($2::text[]) order by r.key for update`,
    [part, keys.map(toStorable)],
  );
  const records = new Map(storedRows(rows).map((row) => [row.key, recordOf(row)]));
  // Not now(), which is when the transaction began: after waiting for a lock, a lease would already be over.
  const [needs] = await connection.query(
    `select extract(epoch from clock_timestamp()) * 1000 as now_ms,
       array(select array[claim, key] from reelkeep_claims where part = $1 and claim = any($2::text[]) order by claim, key)
         as holders,
       array(select array[name, amount::text] from reelkeep_totals where part = $1 and name = any($3::text[])) as totals`,
    [part, claims.map(toStorableName), totals.map(toStorableName)],
  );
  const holders = pairsOf(needs?.holders);
  const sums = new Map(pairsOf(needs?.totals));
  const loaded = {
    records,
    holders: new Map(
      claims.map((claim) => {
        const storable = toStorableName(claim);
        return [claim, holders.filter(([name]) => name === storable).map(([, key]) => fromStorable(key))];
      }),
    ),
    totals: new Map(totals.map((name) => [name, BigInt(sums.get(toStorableName(name)) ?? 0)])),
    others: own.records - records.size,
  };
  return { loaded, nowMs: Math.floor(Number(needs?.now_ms)) };
}

/** An array of arrays of two texts, as pg reads it. */
function pairsOf(value: unknown): Array<[string, string]> {
  if (!Array.isArray(value)) return [];
  return value.flatMap((pair: unknown) => (Array.isArray(pair) ? [[String(pair[0]), String(pair[1])]] : []));
}
