import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteDatabase } from '#lib/stores/records/sqlite/sqlite-database.server.ts';
import { createSqliteStore } from '#lib/stores/records/sqlite/sqlite-store.server.ts';
import { describeLocalRecordStore } from '../../../contracts/local-record-store.ts';
import { describeBuiltLists } from '../../../contracts/record-lists.ts';
import { describeRecordStore } from '../../../contracts/record-store.ts';
import { COUNTERS, counterDatabase } from '../../../fixtures/records/counters.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

/** Each connection is one of its own, as every process has one. */
function open() {
  const folder = temporaryFolder();
  return () => counterDatabase(join(folder, 'counters.db'));
}

describeRecordStore('SQLite store', open);
describeLocalRecordStore('SQLite store', open);
describeBuiltLists('SQLite store', () => {
  const path = join(temporaryFolder(), 'counters.db');
  return {
    open: (format) => createSqliteStore(new SqliteDatabase(path), { ...COUNTERS, format }, `${path}.json`),
    sql: (text) => {
      using database = new DatabaseSync(path);
      database.exec(text);
    },
  };
});
