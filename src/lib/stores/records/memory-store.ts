import { type Clock, systemClock } from '#lib/base/clock.ts';
import { applyMutation } from './apply-mutation.ts';
import { ChangeLog } from './change-log.ts';
import { findRecords, pageOf } from './find-records.ts';
import { RecordIndex } from './record-index.ts';
import type { LocalRecordStore, RecordFormat } from './record-store.ts';
import { RecordTable } from './record-table.ts';

export interface MemoryStoreOptions<R> {
  format: RecordFormat<R>;
  clock?: Clock | undefined;
}

/** A record store in memory: for browsers, previews and tests. */
export function createMemoryStore<R>({ format, clock = systemClock }: MemoryStoreOptions<R>): LocalRecordStore<R> {
  const index = new RecordIndex<R>(format);
  const table = index.trialOf(new RecordTable<R>());
  const log = new ChangeLog();
  return {
    get: async (key) => table.get(key),
    getSync: (key) => table.get(key),
    listSync: () => table.list(),
    find: async function* (query = {}) {
      yield* findRecords(table, format, query);
    },
    page: async (list, query) => pageOf(table, format, list, query),
    totals: async (prefix) => index.totals(prefix),
    total: async (name) => index.total(name),
    totalSync: (name) => index.total(name),
    count: async () => table.size,
    update: async (key, mutate, needs) => {
      // One turn later: otherwise an update called by a mutator would run inside the outer one and be overwritten by it.
      await Promise.resolve();
      const before = table.peek(key);
      const stored = applyMutation({ table, index, format }, { key, mutate, needs }, clock.now());
      if (table.peek(key) !== before) log.note([key]);
      return stored;
    },
    changes: async (since) => log.since(since),
  };
}
