import { ReelError } from '#lib/base/errors.ts';
import { processWide } from '#lib/base/process-wide.ts';
import { createJsonFileStore } from './json-file-store.server.ts';
import { PostgresDatabase } from './postgres/postgres-database.server.ts';
import { createPostgresStore } from './postgres/postgres-store.server.ts';
import { isLocal, type LocalRecordStore, type RecordPart, type RecordStore } from './record-store.ts';
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
  if (database === undefined) {
    return createJsonFileStore({
      ...{ path: jsonPath, format: part.format, name: part.name },
      isMarked: part.isMarked ?? false,
      needsFolder: part.needsFolder ?? false,
    });
  }
  const opened = openDatabase(database);
  if (opened.kind === 'sqlite') return createSqliteStore(opened, part, jsonPath);
  return createPostgresStore(opened, part, jsonPath);
}

const SQLITE = 'sqlite:';
/** One for all parts, also where a bundler has copied this module. */
const databases = processWide('reelkeep.databases', () => new Map<string, SqliteDatabase | PostgresDatabase>());

/**
 * The database of a setting, with the connections that this process shares.
 * @param address the setting `REELKEEP_DATABASE`
 * @internal
 */
export function openDatabase(address: string): SqliteDatabase | PostgresDatabase {
  let database = databases.get(address);
  if (!database) {
    const isSqlite = address.startsWith(SQLITE);
    database = isSqlite ? new SqliteDatabase(address.slice(SQLITE.length)) : new PostgresDatabase(address);
    databases.set(address, database);
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
