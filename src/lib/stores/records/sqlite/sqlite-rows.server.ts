import type { RecordFormat, RecordQuery } from '../record-store.ts';
import { dueMsOf } from '../sql/due.ts';
import type { GroupNeeds } from '../sql/needs.ts';
import type { Loaded, PartRow, StoredRow, Writes } from '../sql/rows.ts';
import { fromStorable, toStorable, toStorableName } from '../sql/storable-text.server.ts';
import { COLUMNS, storedRow } from './sqlite-columns.server.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import { readTotal, writeEntries } from './sqlite-entries.server.ts';

export function readPart(file: SqliteConnection, part: string): PartRow | undefined {
  const row = file.get('select id, revision, records, transfer, mark, lists from reelkeep_parts where name = ?', part);
  if (!row) return undefined;
  const { id, revision, records, transfer, mark, lists } = row;
  return {
    id: String(id),
    revision: Number(revision),
    records: Number(records),
    transfer: typeof transfer === 'string' ? transfer : undefined,
    mark: typeof mark === 'string' ? mark : undefined,
    lists: typeof lists === 'string' ? lists : undefined,
  };
}

export function createPart(file: SqliteConnection, part: string, id: string): void {
  file.run('insert into reelkeep_parts (name, id) values (?, ?) on conflict do nothing', part, id);
}

export function writeMarkRow(file: SqliteConnection, part: string, mark: string): void {
  file.run('update reelkeep_parts set mark = ? where name = ?', mark, part);
}

export function readRecord(file: SqliteConnection, part: string, key: string): StoredRow | undefined {
  const row = file.get(`select ${COLUMNS} from reelkeep_records where part = ? and key = ?`, part, toStorable(key));
  return row && storedRow(row);
}

/** One page of what `find` returns. */
export function findPage(file: SqliteConnection, part: string, query: RecordQuery, limit: number): StoredRow[] {
  const { after, unfinished, taskId, dueBeforeMs } = query;
  const conditions: Array<[sql: string, value?: string | number]> = [['part = ?', part]];
  if (after !== undefined) conditions.push(['key > ?', toStorable(after)]);
  if (unfinished) conditions.push(['is_unfinished = 1']);
  if (dueBeforeMs !== undefined) conditions.push(['due_ms < ?', dueBeforeMs]);
  if (taskId !== undefined) {
    const ofTask = 'key in (select key from reelkeep_tasks where part = reelkeep_records.part and task_id = ?)';
    conditions.push([ofTask, toStorableName(taskId)]);
  }
  const where = conditions.map(([sql]) => sql).join(' and ');
  const values = conditions.flatMap(([, value]) => (value === undefined ? [] : [value]));
  const sql = `select ${COLUMNS} from reelkeep_records where ${where} order by key limit ?`;
  return file.all(sql, ...values, limit).map(storedRow);
}

/** The records that changed after a revision, in the order in which their keys were first stored. */
export function readChanged(file: SqliteConnection, part: string, revision: number): StoredRow[] {
  const sql = `select ${COLUMNS} from reelkeep_records where part = ? and revision > ? order by sequence`;
  return file.all(sql, part, revision).map(storedRow);
}

/** The keys that were changed or deleted after a revision. */
export function readChangedKeys(
  file: SqliteConnection,
  part: string,
  revision: number,
): { changed: string[]; deleted: string[] } {
  return { changed: keysAfter(file, 'reelkeep_records', part, revision), deleted: readDeleted(file, part, revision) };
}

/** The keys of the records that were deleted after a revision. */
export function readDeleted(file: SqliteConnection, part: string, revision: number): string[] {
  return keysAfter(file, 'reelkeep_deleted', part, revision);
}

function keysAfter(file: SqliteConnection, table: string, part: string, revision: number): string[] {
  const sql = `select key from ${table} where part = ? and revision > ? order by revision, key`;
  return file.all(sql, part, revision).map(({ key }) => fromStorable(String(key)));
}

/** What some updates need to know, under the write lock. */
export function load<R>(
  file: SqliteConnection,
  part: string,
  own: PartRow,
  { keys, claims, totals }: GroupNeeds,
  recordOf: (row: StoredRow) => R,
): Loaded<R> {
  const records = new Map<string, R>();
  for (const key of keys) {
    const row = readRecord(file, part, key);
    if (row) records.set(key, recordOf(row));
  }
  const holders = new Map(claims.map((claim) => [claim, readHolders(file, part, claim)]));
  const sums = new Map(totals.map((name) => [name, readTotal(file, part, name)]));
  return { records, holders, totals: sums, others: own.records - records.size };
}

function readHolders(file: SqliteConnection, part: string, claim: string): string[] {
  return file
    .all('select key from reelkeep_claims where part = ? and claim = ? order by key', part, toStorableName(claim))
    .map(({ key }) => fromStorable(String(key)));
}

/** Writes what some updates have changed. @returns the new revision */
export function write<R>(file: SqliteConnection, part: string, writes: Writes<R>, format: RecordFormat<R>): number {
  const { revision, sequence } = file.get(
    `update reelkeep_parts set revision = revision + 1, sequence = sequence + ?1, records = records + ?2,
       lists = iif(revision = 0 or lists = ?3 || ':' || revision, ?3 || ':' || (revision + 1), lists)
     where name = ?4 returning revision, sequence`,
    ...[writes.records.length, writes.growth, format.lists ? String(format.lists.version) : null, part],
  ) ?? { revision: 0, sequence: 0 };
  writeRecords(file, part, writes, format, Number(revision), Number(sequence) - writes.records.length);
  for (const key of writes.deleted) deleteRecord(file, part, toStorable(key), Number(revision));
  for (const [table, column, { gone, come }] of [
    ['reelkeep_claims', 'claim', writes.claims],
    ['reelkeep_tasks', 'task_id', writes.tasks],
  ] as const) {
    for (const [name, key] of gone) {
      file.run(
        `delete from ${table} where part = ? and ${column} = ? and key = ?`,
        part,
        toStorableName(name),
        toStorable(key),
      );
    }
    for (const [name, key] of come) {
      file.run(
        `insert into ${table} (part, ${column}, key) values (?, ?, ?) on conflict do nothing`,
        part,
        toStorableName(name),
        toStorable(key),
      );
    }
  }
  writeEntries(file, part, writes);
  return Number(revision);
}

function writeRecords<R>(
  file: SqliteConnection,
  part: string,
  { records }: Writes<R>,
  format: RecordFormat<R>,
  revision: number,
  lastSequence: number,
): void {
  for (const [index, { key, record, isNew }] of records.entries()) {
    const storable = toStorable(key);
    const sequence = lastSequence + index + 1;
    file.run(
      `insert into reelkeep_records (part, key, sequence, revision, is_unfinished, due_ms, content)
       values (?, ?, ?, ?, ?, ?, ?)
       on conflict (part, key) do update set
         sequence = iif(?, excluded.sequence, sequence), revision = excluded.revision,
         is_unfinished = excluded.is_unfinished, due_ms = excluded.due_ms, content = excluded.content`,
      ...[part, storable, sequence, revision, Number(format.isUnfinished(record)), dueMsOf(record, format)],
      ...[JSON.stringify(record), Number(isNew)],
    );
    if (isNew) file.run('delete from reelkeep_deleted where part = ? and key = ?', part, storable);
  }
}

function deleteRecord(file: SqliteConnection, part: string, key: string, revision: number): void {
  file.run('delete from reelkeep_records where part = ? and key = ?', part, key);
  file.run(
    `insert into reelkeep_deleted (part, key, revision) values (?, ?, ?)
     on conflict (part, key) do update set revision = excluded.revision`,
    ...[part, key, revision],
  );
}
