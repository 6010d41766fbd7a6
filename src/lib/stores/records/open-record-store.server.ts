import { ReelError } from '#lib/base/errors.ts';
import { createJsonFileStore, type JsonFileStore } from './json-file-store.server.ts';
import type { LocalRecordStore, RecordFormat, RecordStore } from './record-store.ts';

/** A part of Reelkeep that keeps records. */
export interface RecordPart<R> {
  /** Names its records in a database, permanently: lower-case letters and `-`. */
  readonly name: string;
  readonly format: RecordFormat<R>;
  /** As `JsonFileStoreOptions.isMarked`. */
  readonly isMarked?: boolean;
}

export interface RecordPlace {
  /** The JSON file that holds the records unless there is a database; absolute. */
  readonly jsonPath: string;
  /** The setting `REELKEEP_DATABASE`. */
  readonly database: string | undefined;
}

/**
 * How a part opens its records: in its JSON file or, if there is one, in the database. The same place gives the same store,
 * so that writers in this process are grouped. Call it once for each part, when its module loads.
 */
export function recordStores<R>(part: RecordPart<R>): (place: RecordPlace) => RecordStore<R> {
  const opened = new Map<string, JsonFileStore<R>>();
  return ({ jsonPath, database }) => {
    if (database !== undefined) throw noDatabase();
    let store = opened.get(jsonPath);
    if (!store) {
      store = createJsonFileStore({ path: jsonPath, format: part.format, isMarked: part.isMarked ?? false });
      opened.set(jsonPath, store);
    }
    return store;
  };
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

function isLocal<R>(store: RecordStore<R>): store is LocalRecordStore<R> {
  return 'getSync' in store && 'listSync' in store;
}

function noDatabase(): ReelError {
  const advice = 'Unset REELKEEP_DATABASE.';
  return new ReelError('config', `This version keeps its records in JSON files only. ${advice}`, {
    stage: 'configuring',
  });
}
