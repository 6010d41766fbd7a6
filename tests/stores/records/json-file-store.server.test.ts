import { join } from 'node:path';
import { describeLocalRecordStore } from '../../contracts/local-record-store.ts';
import { describeRecordStore } from '../../contracts/record-store.ts';
import { counterFile } from '../../fixtures/records/counters.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** Each connection is a store of its own, as every process has one. */
function open() {
  const path = join(temporaryFolder(), 'counters.json');
  return () => counterFile(path);
}

describeRecordStore('JSON file store', open);
describeLocalRecordStore('JSON file store', open);
