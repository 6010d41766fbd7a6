import { beforeEach, describe, expect, it } from 'vitest';
import type { RecordFormat, RecordStore } from '#lib/stores/records/record-store.ts';
import { type Counter, counterFormat, increment } from '../fixtures/records/counters.ts';

interface Place {
  /** Opens the records in this format. */
  open(format: RecordFormat<Counter>): RecordStore<Counter>;
  /** Runs SQL as another program would. */
  sql(text: string): unknown;
}

/** As a former version did it, which knew no lists and no totals of theirs. */
const BEFORE_LISTS = 'delete from reelkeep_places; delete from reelkeep_totals; update reelkeep_parts set lists = null';
const OLD_WRITE = `update reelkeep_records set content = '{"id":"rome","count":1,"places":{"all":9},"cents":{"m":5}}';
  update reelkeep_parts set revision = revision + 1`;

const nextFormat: RecordFormat<Counter> = {
  ...counterFormat,
  totalsOf: ({ count }) => ({ counted: count }),
  lists: { version: 2, placesOf: ({ count }) => ({ 'by count': -count }) },
};

/** What a database promises of lists that it has to build. Call it once in the adapter's own test file. */
export function describeBuiltLists(name: string, make: () => Promise<Place> | Place): void {
  let place: Place;
  let store: RecordStore<Counter>;
  const found = async (list = 'all', from = store) => (await from.page(list, { limit: 9 })).map(({ id }) => id);

  beforeEach(async () => {
    place = await make();
    store = place.open(counterFormat);
    await store.update('rome', () => ({ id: 'rome', count: 1, places: { all: 2 }, cents: { m: 3 } }));
  });

  describe(`${name}: lists that are not those of the format`, () => {
    it('are built where a former version has kept the records', async () => {
      await place.sql(BEFORE_LISTS);
      expect([await found(), await store.totals('m')]).toEqual([['rome'], new Map([['m', 3]])]);
    });

    it('are built in time for the totals, and kept from then on', async () => {
      await place.sql(BEFORE_LISTS);
      await store.update('oslo', () => ({ id: 'oslo', count: 2, places: { all: 1 }, cents: { m: 4 } }));
      expect([await store.totals('m'), await found()]).toEqual([new Map([['m', 7]]), ['oslo', 'rome']]);
      await store.update('rome', () => undefined);
      await place.sql('update reelkeep_places set place = 77');
      expect([await found(), await store.totals('m')]).toEqual([['oslo'], new Map([['m', 4]])]);
      expect(await store.page('all', { limit: 9, after: { at: 76, key: '' } })).toHaveLength(1);
    });

    it('are built anew when a former version has written since', async () => {
      expect(await found()).toEqual(['rome']);
      await place.sql(OLD_WRITE);
      expect([await found(), await store.totals('m')]).toEqual([['rome'], new Map([['m', 5]])]);
      expect(await store.page('all', { limit: 9, after: { at: 8, key: '' } })).toHaveLength(1);
    });

    it('are built anew, with the totals, when the format has changed', async () => {
      await store.update('oslo', () => ({ id: 'oslo', count: 5 }));
      const next = place.open(nextFormat);
      expect(await found('by count', next)).toEqual(['oslo', 'rome']);
      expect([await next.totals('c'), await next.totals('m')]).toEqual([new Map([['counted', 6]]), new Map()]);
      await next.update('rome', increment('rome'));
      expect([await next.total('counted'), await found('all', next)]).toEqual([7, []]);
    });

    it('are left as they are where a record cannot be read', async () => {
      await place.sql(`${BEFORE_LISTS}; update reelkeep_records set content = '{'`);
      await expect(found()).rejects.toMatchObject({ code: 'store-corrupt', message: expect.stringContaining('rome') });
      await place.sql(OLD_WRITE);
      expect(await found()).toEqual(['rome']);
    });
  });
}
