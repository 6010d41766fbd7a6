import { openDatabase, type RecordPlace } from '../open-record-store.server.ts';
import type { RecordPart } from '../record-store.ts';
import { jsonHome } from './json-home.server.ts';
import type { PartHome } from './part-home.ts';
import { postgresHome } from './postgres-home.server.ts';
import { sqliteHome } from './sqlite-home.server.ts';

/** The records of a part in a place, for moving them: also those that are not in use. */
export function recordHome<R>(part: RecordPart<R>, { jsonPath, database }: RecordPlace): PartHome {
  if (database === undefined) return jsonHome(part, jsonPath);
  const opened = openDatabase(database);
  return opened.kind === 'sqlite' ? sqliteHome(part, opened) : postgresHome(part, opened);
}
