import { ReelError } from '#lib/base/errors.ts';
import { createJsonFileStore } from './json-file-store.server.ts';
import type { LocalRecordStore, RecordPart, RecordStore } from './record-store.ts';
import { SqliteDatabase } from './sqlite/sqlite-database.server.ts';
import { createSqliteStore } from './sqlite/sqlite-store.server.ts';
import type { MarkedStore } from './store-mark.server.ts';

export type { RecordPart } from './record-store.ts';

export interface RecordPlace {
  /** The JSON file that holds the records unless there is a database; absolute. */
  readonly jsonPath: string;
  /** The setting `REELKEEP_DATABASE`. */
  readonly database: string | undefined;
}

/** The records of a part, wherever they are. */
export type PartStore<R> = RecordStore<R> & MarkedStore;

/**
 * How a part opens its records: in its JSON file or, if there is one, in the database. The same place gives the same store,
 * so that writers in this process are grouped. Call it once for each part, when its module loads. Nothing is read or
 * connected before the store is first used.
 */
export function recordStores<R extends object>(part: RecordPart<R>): (place: RecordPlace) => PartStore<R> {
  const opened = new Map<string, PartStore<R>>();
  return ({ jsonPath, database }) => {
    const name = JSON.stringify([jsonPath, database]);
    let store = opened.get(name);
    if (!store) {
      store = open(part, jsonPath, database);
      opened.set(name, store);
    }
    return store;
  };
}

function open<R extends object>(part: RecordPart<R>, jsonPath: string, database: string | undefined): PartStore<R> {
  if (database?.startsWith(SQLITE))
    return createSqliteStore(sqliteDatabase(database.slice(SQLITE.length)), part, jsonPath);
  if (database !== undefined) throw noPostgres();
  return createJsonFileStore({
    path: jsonPath,
    format: part.format,
    name: part.name,
    isMarked: part.isMarked ?? false,
  });
}

const SQLITE = 'sqlite:';
const databases = new Map<string, SqliteDatabase>();

/** One connection in a process for all parts. */
function sqliteDatabase(path: string): SqliteDatabase {
  let database = databases.get(path);
  if (!database) {
    database = new SqliteDatabase(path);
    databases.set(path, database);
  }
  return database;
}

/**
 * The store, for synchronous reads.
 * @param instead the asynchronous function of the same purpose, such as `findVideo()`
 * @throws ReelError `config` for records in a store that cannot be read without waiting
 */
export function localReads<R>(store: RecordStore<R>, instead: string): LocalRecordStore<R> {
  if (isLocal(store)) return store;
  throw new ReelError('config', `The records are in PostgreSQL, which cannot be read synchronously. Use ${instead}.`, {
    stage: 'configuring',
  });
}

/**
 * Every record, in the order in which their keys were first stored where the store can be read without waiting, else
 * sorted by key.
 */
export async function listRecords<R>(store: RecordStore<R>): Promise<readonly R[]> {
  return isLocal(store) ? store.listSync() : Array.fromAsync(store.find());
}

/** Whether the store can be read without waiting. */
export function isLocal<R>(store: RecordStore<R>): store is LocalRecordStore<R> {
  return 'getSync' in store && 'listSync' in store;
}

function noPostgres(): ReelError {
  const advice = 'Unset REELKEEP_DATABASE, or use sqlite:path.';
  return new ReelError('config', `This version keeps its records in JSON files or SQLite only. ${advice}`, {
    stage: 'configuring',
  });
}
