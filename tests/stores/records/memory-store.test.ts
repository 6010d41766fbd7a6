import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { describeLocalRecordStore } from '../../contracts/local-record-store.ts';
import { describeRecordStore } from '../../contracts/record-store.ts';
import { counterFormat } from '../../fixtures/records/counters.ts';

/** Its records live in the object itself, so that this is all the connections there are. */
function open() {
  const store = createMemoryStore({ format: counterFormat });
  return () => store;
}

describeRecordStore('memory store', open);
describeLocalRecordStore('memory store', open);
