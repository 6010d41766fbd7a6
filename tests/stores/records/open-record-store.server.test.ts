import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { localReads, recordStores } from '#lib/stores/records/open-record-store.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { type Counter, counterFile, counterFormat, increment } from '../../fixtures/records/counters.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const openCounters = recordStores<Counter>({ name: 'counters', format: counterFormat });
const jsonPath = () => join(temporaryFolder(), 'counters.json');

describe('recordStores', () => {
  it('keeps the records in the JSON file where there is no database', async () => {
    const place = { jsonPath: jsonPath(), database: undefined };
    await openCounters(place).update('rome', increment('rome'));
    expect(counterFile(place.jsonPath).getSync('rome')).toEqual({ id: 'rome', count: 1 });
  });

  it('gives one store for a place, so that its writers share their writes, and another one for another place', () => {
    const place = { jsonPath: jsonPath(), database: undefined };
    expect(openCounters({ ...place })).toBe(openCounters(place));
    expect(openCounters({ ...place, jsonPath: jsonPath() })).not.toBe(openCounters(place));
  });
});

describe('localReads', () => {
  it('reads without waiting what is in a file', async () => {
    const store = openCounters({ jsonPath: jsonPath(), database: undefined });
    await store.update('rome', increment('rome'));
    expect(localReads(store, 'findCounter()').getSync('rome')?.count).toBe(1);
  });

  it('names the asynchronous function where that is impossible', () => {
    const remote: RecordStore<Counter> = {
      get: async () => undefined,
      find: async function* () {},
      count: async () => 0,
      page: async () => [],
      total: async () => 0,
      totals: async () => new Map(),
      update: async () => undefined,
    };
    expect(() => localReads(remote, 'findCounter()')).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringContaining('findCounter()') }),
    );
  });
});
