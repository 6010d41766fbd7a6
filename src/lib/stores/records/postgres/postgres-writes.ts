import type { RecordFormat } from '../record-store.ts';
import { dueMsOf } from '../sql/due.ts';
import type { Held, PartRow, Writes } from '../sql/rows.ts';
import { toStorable, toStorableName } from '../sql/storable-text.server.ts';
import type { PostgresConnection } from './postgres-access.ts';
import { entryStatements } from './postgres-entries.ts';

/** Writes what some updates have changed. @param lastSequence of the part, so far @returns the new revision */
export async function write<R>(
  connection: PostgresConnection,
  part: string,
  own: PartRow & { lastSequence: number },
  writes: Writes<R>,
  format: RecordFormat<R>,
): Promise<number> {
  const revision = own.revision + 1;
  const statements = [
    updatePart(part, own, writes, format),
    upsertRecords(part, own, writes, format, revision),
    forgetDeleted(part, writes),
    ...deleteRecords(part, writes, revision),
    ...writeHeld('reelkeep_claims', 'claim', part, writes.claims),
    ...writeHeld('reelkeep_tasks', 'task_id', part, writes.tasks),
    ...entryStatements(part, writes),
  ];
  for (const statement of statements) if (statement) await connection.query(...statement);
  return revision;
}

function updatePart<R>(
  part: string,
  { lastSequence, records, revision }: PartRow & { lastSequence: number },
  writes: Writes<R>,
  { lists }: RecordFormat<R>,
): [string, unknown[]] {
  const sql = `update reelkeep_parts set revision = $2, sequence = $3, records = $4,
    lists = case when revision = 0 or lists = $5::text || ':' || revision then $5::text || ':' || (revision + 1) else lists end
    where name = $1`;
  const version = lists ? String(lists.version) : null;
  return [sql, [part, revision + 1, lastSequence + writes.records.length, records + writes.growth, version]];
}

function upsertRecords<R>(
  part: string,
  { lastSequence }: { lastSequence: number },
  { records }: Writes<R>,
  format: RecordFormat<R>,
  revision: number,
): [string, unknown[]] | undefined {
  if (records.length === 0) return undefined;
  const sql = `insert into reelkeep_records as r (part, key, sequence, revision, is_unfinished, due_ms, content)
    select $1, key, sequence, $2, is_unfinished, due_ms, content
    from unnest($3::text[], $4::bigint[], $5::boolean[], $6::float8[], $7::text[])
      as come (key, sequence, is_unfinished, due_ms, content)
    on conflict (part, key) do update set
      sequence = case when excluded.key = any($8::text[]) then excluded.sequence else r.sequence end,
      revision = excluded.revision, is_unfinished = excluded.is_unfinished, due_ms = excluded.due_ms,
      content = excluded.content`;
  const columns = [
    records.map(({ key }) => toStorable(key)),
    records.map((_record, index) => lastSequence + index + 1),
    records.map(({ record }) => format.isUnfinished(record)),
    records.map(({ record }) => dueMsOf(record, format)),
    records.map(({ record }) => JSON.stringify(record)),
    records.filter(({ isNew }) => isNew).map(({ key }) => toStorable(key)),
  ];
  return [sql, [part, revision, ...columns]];
}

function forgetDeleted<R>(part: string, { records }: Writes<R>): [string, unknown[]] | undefined {
  const keys = records.filter(({ isNew }) => isNew).map(({ key }) => toStorable(key));
  if (keys.length === 0) return undefined;
  return ['delete from reelkeep_deleted where part = $1 and key = any($2::text[])', [part, keys]];
}

function deleteRecords<R>(part: string, { deleted }: Writes<R>, revision: number): Array<[string, unknown[]]> {
  if (deleted.length === 0) return [];
  const keys = deleted.map(toStorable);
  return [
    ['delete from reelkeep_records where part = $1 and key = any($2::text[])', [part, keys]],
    [
      `insert into reelkeep_deleted (part, key, revision) select $1, key, $3 from unnest($2::text[]) as gone (key)
       on conflict (part, key) do update set revision = excluded.revision`,
      [part, keys, revision],
    ],
  ];
}

function writeHeld(
  table: string,
  column: string,
  part: string,
  { gone, come }: { gone: readonly Held[]; come: readonly Held[] },
): Array<[string, unknown[]]> {
  const valuesOf = (held: readonly Held[]) => [
    part,
    held.map(([name]) => toStorableName(name)),
    held.map(([, key]) => toStorable(key)),
  ];
  const statements: Array<[string, unknown[]]> = [];
  if (gone.length > 0) {
    const these = `(${column}, key) in (select * from unnest($2::text[], $3::text[]))`;
    statements.push([`delete from ${table} where part = $1 and ${these}`, valuesOf(gone)]);
  }
  if (come.length > 0) {
    const sql = `insert into ${table} (part, ${column}, key) select $1, * from unnest($2::text[], $3::text[])
      on conflict do nothing`;
    statements.push([sql, valuesOf(come)]);
  }
  return statements;
}
