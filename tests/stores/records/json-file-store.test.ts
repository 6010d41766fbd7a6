import { join } from 'node:path';
import { describeRecordStore } from '../../contracts/record-store.ts';
import { counterFile } from '../../fixtures/records/counters.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

describeRecordStore('JSON file store', () => counterFile(join(temporaryFolder(), 'counters.json')));
