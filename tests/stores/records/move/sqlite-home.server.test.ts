import { join } from 'node:path';
import { sqliteHome } from '#lib/stores/records/move/sqlite-home.server.ts';
import { recordStores } from '#lib/stores/records/open-record-store.server.ts';
import { SqliteDatabase } from '#lib/stores/records/sqlite/sqlite-database.server.ts';
import { describePartHome } from '../../../contracts/part-home.ts';
import { COUNTERS, type Counter } from '../../../fixtures/records/counters.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

describePartHome('an SQLite database', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'counters.db');
  const place = { jsonPath: join(folder, 'counters.json'), database: `sqlite:${path}` };
  return { home: sqliteHome(COUNTERS, new SqliteDatabase(path)), store: () => recordStores<Counter>(COUNTERS)(place) };
});
