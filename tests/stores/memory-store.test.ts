import { createMemoryStore } from '#lib/stores/memory-store.ts';
import { describeRecordStore } from '../contracts/record-store.ts';
import { counterKey } from '../fixtures/counters.ts';

describeRecordStore('memory store', () => createMemoryStore({ keyOf: counterKey }));
