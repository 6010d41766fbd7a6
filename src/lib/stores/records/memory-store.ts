import { messageOf, ReelError } from '#lib/base/errors.ts';
import type { RecordStore } from './record-store.ts';
import { applyMutation, RecordTable, requireKey } from './record-table.ts';

export interface MemoryStoreOptions<R> {
  keyOf: (record: R) => string;
}

/**
 * A record store that lives as long as this object: for browsers, previews and tests. Records that it returns are
 * frozen. Costs one copy of a record per update.
 */
export function createMemoryStore<R>(options: MemoryStoreOptions<R>): RecordStore<R> {
  const { keyOf } = options;
  const table = new RecordTable<R>();
  return {
    get: async (key) => table.get(key),
    list: async () => [...table.list()],
    update: async (key, mutate) => {
      // One turn later, or an update called by a mutator would run inside the other and be overwritten by it.
      await Promise.resolve();
      return applyMutation(table, key, mutate, (record) => {
        requireKey(key, keyOf(record));
        table.set(key, copyOf(record));
      });
    },
  };
}

function copyOf<R>(record: R): R {
  try {
    return structuredClone(record);
  } catch (error) {
    throw new ReelError('invalid-input', `The record cannot be stored: ${messageOf(error)} Store plain data only.`, {
      stage: 'recording',
      cause: error,
    });
  }
}
