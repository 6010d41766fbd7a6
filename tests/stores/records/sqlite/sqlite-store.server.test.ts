import { join } from 'node:path';
import { describeLocalRecordStore } from '../../../contracts/local-record-store.ts';
import { describeRecordStore } from '../../../contracts/record-store.ts';
import { counterDatabase } from '../../../fixtures/records/counters.ts';
import { temporaryFolder } from '../../../fixtures/temporary-folder.ts';

/** Each connection is one of its own, as every process has one. */
function open() {
  const folder = temporaryFolder();
  return () => counterDatabase(join(folder, 'counters.db'));
}

describeRecordStore('SQLite store', open);
describeLocalRecordStore('SQLite store', open);
