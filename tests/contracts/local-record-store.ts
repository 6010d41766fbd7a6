import { beforeEach, describe, expect, it } from 'vitest';
import type { LocalRecordStore } from '#lib/stores/records/record-store.ts';
import { type Counter, increment } from '../fixtures/records/counters.ts';

/** What every adapter of `LocalRecordStore` promises besides the contract of `RecordStore`. */
export function describeLocalRecordStore(name: string, open: () => () => LocalRecordStore<Counter>): void {
  let store: LocalRecordStore<Counter>;
  let other: LocalRecordStore<Counter>;
  const put = (id: string, fields: Partial<Counter> = {}, to = store) =>
    to.update(id, () => ({ id, count: 0, ...fields }));
  const ids = () => store.listSync().map(({ id }) => id);

  beforeEach(() => {
    const connect = open();
    store = connect();
    other = connect();
  });

  describe(`${name}: without waiting`, () => {
    it('lists in the order in which the keys were first stored; one stored anew goes last', async () => {
      for (const id of ['rome', 'athens', 'cairo']) await put(id);
      await store.update('rome', increment('rome'));
      expect(ids()).toEqual(['rome', 'athens', 'cairo']);
      await store.update('rome', () => undefined);
      await put('rome');
      expect(ids()).toEqual(['athens', 'cairo', 'rome']);
    });

    it('reads what any connection has written', async () => {
      expect([store.listSync(), store.getSync('rome')]).toEqual([[], undefined]);
      await put('rome', { count: 3 }, other);
      expect([store.listSync(), store.getSync('rome')]).toEqual([[{ id: 'rome', count: 3 }], { id: 'rome', count: 3 }]);
    });

    it('gives the same list and records while nothing changes, and the same records beside one that did', async () => {
      for (const id of ['rome', 'athens']) await put(id);
      const list = store.listSync();
      await other.update('rome', (current) => current && { ...current });
      expect(store.listSync()).toBe(list);
      await other.update('rome', increment('rome'));
      const [rome, athens] = store.listSync();
      expect([rome === list[0], athens === list[1], athens === store.getSync('athens')]).toEqual([false, true, true]);
    });

    it('knows the totals as they stand, after any connection’s writes', async () => {
      expect(store.totalSync('monday')).toBe(0);
      await put('rome', { cents: { monday: 30 } });
      await put('athens', { cents: { monday: 12 } }, other);
      expect([store.totalSync('monday'), other.totalSync('monday')]).toEqual([42, 42]);
      await other.update('rome', () => undefined);
      expect([store.totalSync('monday'), store.totalSync('tuesday')]).toEqual([12, 0]);
    });

    it('gives lists and records that no caller can change', async () => {
      await put('rome', { nested: ['whole'] });
      expect(Object.isFrozen(store.listSync())).toBe(true);
      expect(Object.isFrozen(store.listSync()[0]?.nested)).toBe(true);
      expect(Object.isFrozen(store.getSync('rome'))).toBe(true);
    });
  });
}
