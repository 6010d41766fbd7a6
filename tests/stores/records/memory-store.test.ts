import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { describeRecordStore } from '../../contracts/record-store.ts';
import { counterKey } from '../../fixtures/records/counters.ts';

describeRecordStore('memory store', () => createMemoryStore({ keyOf: counterKey }));
