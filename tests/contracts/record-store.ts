import { beforeEach, describe, expect, it } from 'vitest';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { type Counter, increment } from '../fixtures/records/counters.ts';

/** What every adapter of `RecordStore` promises. Call it once in the adapter's own test file. */
export function describeRecordStore(name: string, createStore: () => RecordStore<Counter>): void {
  let store: RecordStore<Counter>;
  const put = (id: string, count = 0) => store.update(id, () => ({ id, count }));
  const ids = async () => (await store.list()).map((counter) => counter.id);

  beforeEach(() => {
    store = createStore();
  });

  describe(`${name}: reading`, () => {
    it('knows nothing at first', async () => {
      expect(await store.list()).toEqual([]);
      expect(await store.get('rome')).toBeUndefined();
    });

    it('returns what was stored', async () => {
      expect(await put('rome', 3)).toEqual({ id: 'rome', count: 3 });
      expect(await store.get('rome')).toEqual({ id: 'rome', count: 3 });
      expect(await store.get('rom')).toBeUndefined();
    });

    it('lists in the order in which the keys were first stored', async () => {
      for (const id of ['rome', 'athens', 'cairo']) await put(id);
      await store.update('rome', increment('rome'));
      expect(await ids()).toEqual(['rome', 'athens', 'cairo']);
    });

    it.each(['__proto__', 'constructor', 'toString', '', '0', 'ключ'])(
      'takes %j for a key like any other',
      async (id) => {
        expect(await store.get(id)).toBeUndefined();
        await put('first');
        await put(id, 7);
        expect(await store.get(id)).toEqual({ id, count: 7 });
        expect(await ids()).toEqual(['first', id]);
      },
    );
  });

  describe(`${name}: updating`, () => {
    it('gives the mutator the record as it stands, or undefined', async () => {
      const seen: Array<Counter | undefined> = [];
      for (let round = 0; round < 2; round += 1) {
        await store.update('rome', (current) => {
          seen.push(current);
          return { id: 'rome', count: 1 };
        });
      }
      expect(seen).toEqual([undefined, { id: 'rome', count: 1 }]);
    });

    it('leaves all as it is when the mutator returns the current record', async () => {
      await put('rome', 5);
      expect(await store.update('rome', (current) => current)).toEqual({ id: 'rome', count: 5 });
      expect(await store.update('athens', (current) => current)).toBeUndefined();
      expect(await store.list()).toEqual([{ id: 'rome', count: 5 }]);
    });

    it('deletes when the mutator returns undefined, and a key stored anew goes last', async () => {
      for (const id of ['rome', 'athens', 'cairo']) await put(id);
      expect(await store.update('rome', () => undefined)).toBeUndefined();
      expect(await ids()).toEqual(['athens', 'cairo']);
      await put('rome');
      expect(await ids()).toEqual(['athens', 'cairo', 'rome']);
    });

    it('keeps fields that it does not know', async () => {
      const unknown = { note: 'by hand', nested: { list: [1, { deep: true }] }, empty: null };
      await store.update('rome', () => ({ id: 'rome', count: 0, ...unknown }));
      await store.update('rome', increment('rome'));
      expect(await store.get('rome')).toEqual({ id: 'rome', count: 1, ...unknown });
    });

    it('refuses a record that belongs to another key', async () => {
      await put('rome', 1);
      const moved = store.update('rome', () => ({ id: 'athens', count: 2 }));
      await expect(moved).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('athens') });
      expect(await store.list()).toEqual([{ id: 'rome', count: 1 }]);
    });

    it('refuses a record that cannot be copied', async () => {
      const circular: Counter = { id: 'rome', count: 1 };
      circular.self = circular;
      circular.call = () => circular;
      await expect(store.update('rome', () => circular)).rejects.toMatchObject({ code: 'invalid-input' });
      expect(await store.list()).toEqual([]);
    });
  });

  describe(`${name}: the view across keys`, () => {
    it('shows every record, with the updates that were made before in the same turn', async () => {
      await put('rome', 1);
      const views: string[][] = [];
      const look = (id: string) =>
        store.update(id, (_, all) => {
          views.push(all().map((counter) => `${counter.id}=${counter.count}`));
          return { id, count: 2 };
        });
      await Promise.all([look('athens'), look('rome'), look('cairo')]);
      expect(views).toEqual([['rome=1'], ['rome=1', 'athens=2'], ['rome=2', 'athens=2']]);
    });

    it('lets one of many claim what only one may have', async () => {
      const claim = (id: string) =>
        store.update(id, (_, all) => {
          if (all().some((counter) => counter.file === 'a-b-c.mp4')) throw new Error('taken');
          return { id, count: 0, file: 'a-b-c.mp4' };
        });
      const outcomes = await Promise.allSettled([claim('a-b_c'), claim('a_b-c'), claim('a_b_c')]);
      expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'rejected']);
      expect(await ids()).toEqual(['a-b_c']);
    });
  });

  describe(`${name}: many at once`, () => {
    it('loses none of 500 updates and applies them in the order of the calls', async () => {
      const results = await Promise.all(Array.from({ length: 500 }, () => store.update('rome', increment('rome'))));
      expect(results.map((counter) => counter?.count)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
      expect(await store.get('rome')).toEqual({ id: 'rome', count: 500 });
    });

    it('rejects only the update whose mutator throws', async () => {
      const failure = new Error('mine');
      const outcomes = await Promise.allSettled([
        store.update('rome', increment('rome')),
        store.update('rome', () => {
          throw failure;
        }),
        store.update('rome', increment('rome')),
      ]);
      expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(outcomes[1]).toHaveProperty('reason', failure);
      expect(await store.get('rome')).toEqual({ id: 'rome', count: 2 });
    });

    it('queues an update that a mutator asks for, in place of waiting for ever', async () => {
      let inner: Promise<unknown> | undefined;
      await store.update('rome', (current) => {
        inner = store.update('rome', increment('rome'));
        return increment('rome')(current, () => []);
      });
      await inner;
      expect(await store.get('rome')).toEqual({ id: 'rome', count: 2 });
    });
  });

  describe(`${name}: isolation`, () => {
    const spoil = (counter: Counter | undefined) => {
      try {
        if (counter) counter.count = 99;
        const nested = counter?.nested;
        if (Array.isArray(nested)) nested.push('spoilt');
      } catch {
        // Frozen is as good as copied.
      }
    };
    const whole = { id: 'rome', count: 1, nested: ['whole'] };

    it('does not store what callers do to records that they were given', async () => {
      spoil(await store.update('rome', () => structuredClone(whole)));
      spoil(await store.get('rome'));
      (await store.list()).forEach(spoil);
      (await store.list()).pop();
      await store.update('athens', (_, all) => {
        all().forEach(spoil);
        return undefined;
      });
      expect(await store.list()).toEqual([whole]);
    });

    it('does not store what the maker of a record does to it later', async () => {
      const mine: Counter = structuredClone(whole);
      await store.update('rome', () => mine);
      spoil(mine);
      expect(await store.get('rome')).toEqual(whole);
    });

    it('does not store what a mutator did before it threw', async () => {
      await store.update('rome', () => structuredClone(whole));
      const failed = store.update('rome', (current) => {
        spoil(current);
        throw new Error('changed my mind');
      });
      await expect(failed).rejects.toThrow('changed my mind');
      expect(await store.get('rome')).toEqual(whole);
    });
  });
}
