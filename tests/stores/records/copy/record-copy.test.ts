import { describe, expect, it, vi } from 'vitest';
import { RecordCopy } from '#lib/stores/records/copy/record-copy.ts';
import { createMemoryStore } from '#lib/stores/records/memory-store.ts';
import { isLocal } from '#lib/stores/records/record-store.ts';
import { counterFormat, counterKey, increment } from '../../../fixtures/records/counters.ts';
import { remoteStore } from '../../../fixtures/records/remote-store.ts';

/** A store as on another machine, the store that another process writes to, and a copy. */
function remote() {
  const theirs = createMemoryStore({ format: counterFormat });
  const store = remoteStore(theirs);
  const copy = new RecordCopy(() => store, counterKey);
  const counts = () => copy.list().map(({ id, count }) => `${id}${count}`);
  const counting = (...ids: string[]) => Promise.all(ids.map((id) => theirs.update(id, increment(id))));
  return { theirs, store, copy, counts, counting };
}

describe('a copy of records on another machine', () => {
  it('is empty, then as of the last refresh', async () => {
    const { copy, counts, counting } = remote();
    await counting('a', 'b');
    expect(counts()).toEqual([]);
    await copy.refresh();
    await counting('b');
    expect(counts()).toEqual(['a1', 'b1']);
    await copy.refresh();
    expect(counts()).toEqual(['a1', 'b2']);
  });

  it('reads everything once, and then only what has changed, with what was deleted', async () => {
    const { theirs, store, copy, counts, counting } = remote();
    await counting('a', 'b', 'c');
    await copy.refresh();
    const [find, get] = [vi.spyOn(store, 'find'), vi.spyOn(store, 'get')];
    await counting('b');
    await theirs.update('c', () => undefined);
    await copy.refresh();
    expect(counts()).toEqual(['a1', 'b2']);
    expect(get.mock.calls.map(([key]) => key).sort()).toEqual(['b', 'c']);
    expect(find).not.toHaveBeenCalled();
  });

  it('is the same array, with the same objects in it, while nothing changes', async () => {
    const { copy, counting } = remote();
    await counting('a', 'b');
    await copy.refresh();
    const before = copy.list();
    await copy.refresh();
    expect(copy.list()).toBe(before);
    await counting('b');
    await copy.refresh();
    expect(copy.list()).not.toBe(before);
    expect(copy.list()[0]).toBe(before[0]);
  });

  it.each([
    ['everything', 0],
    ['what has changed', 1],
  ])('keeps what this process writes while %s is being read', async (_what, looksBefore) => {
    const { theirs, store, copy, counts, counting } = remote();
    await counting('a');
    for (let look = 0; look < looksBefore; look += 1) await copy.refresh();
    await counting('a');
    const ours = copy.noting();
    const { get, find } = { get: store.get, find: store.find };
    // Read before our update, and answered after it.
    const late = Promise.withResolvers<void>();
    store.get = async (key) => {
      const record = await get(key);
      await late.promise;
      return record;
    };
    store.find = async function* (query) {
      const records = await Array.fromAsync(find(query));
      await late.promise;
      yield* records;
    };
    const looking = copy.refresh();
    await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([ours.update('a', increment('a')), ours.update('b', increment('b'))]);
    late.resolve();
    await looking;
    expect(counts()).toEqual(['a3', 'b1']);
    expect((await theirs.get('a'))?.count).toBe(3);
  });

  it('has what was written before the call, also where a look is under way', async () => {
    const { store, copy, counts, counting } = remote();
    const late = Promise.withResolvers<void>();
    const { find } = store;
    store.find = async function* (query) {
      const records = await Array.fromAsync(find(query));
      await late.promise;
      yield* records;
    };
    const first = copy.refresh();
    await new Promise((resolve) => setImmediate(resolve));
    await counting('a');
    const [second, third] = [copy.refresh(), copy.refresh()];
    late.resolve();
    await first;
    expect(counts()).toEqual([]);
    await Promise.all([second, third]);
    expect(counts()).toEqual(['a1']);
  });

  it('reads everything again where the store does not know what has changed', async () => {
    const { store, copy, counts, counting } = remote();
    store.changes = async () => ({ keys: 'all', cursor: 'x' });
    await copy.refresh();
    await counting('a');
    await copy.refresh();
    expect(counts()).toEqual(['a1']);
    delete store.changes;
    await counting('a');
    await copy.refresh();
    expect(counts()).toEqual(['a2']);
  });

  it.each(['get', 'find'] as const)(
    'stays as it was if %s fails, and the next look reads the same changes',
    async (read) => {
      const { store, copy, counts, counting } = remote();
      if (read === 'get') await copy.refresh();
      await counting('a', 'b');
      vi.spyOn(store, read).mockImplementationOnce(() => {
        throw new Error('the line is down');
      });
      await expect(copy.refresh()).rejects.toThrow('the line is down');
      expect(counts()).toEqual([]);
      await copy.refresh();
      expect(counts().sort()).toEqual(['a1', 'b1']);
    },
  );

  it('looks once more for all who ask during a look', async () => {
    const { store, copy } = remote();
    const changes = vi.spyOn(store, 'changes');
    await Promise.all(Array.from({ length: 5 }, () => copy.refresh()));
    expect(changes).toHaveBeenCalledTimes(2);
  });

  it('has what this process writes at once, and what it deletes', async () => {
    const { copy, counts } = remote();
    const store = copy.noting();
    await store.update('a', increment('a'));
    await store.update('b', increment('b'));
    expect(counts()).toEqual(['a1', 'b1']);
    await store.update('a', () => undefined);
    expect(counts()).toEqual(['b1']);
  });
});

describe('a copy of records that can be read at once', () => {
  it('is the store itself', async () => {
    const store = createMemoryStore({ format: counterFormat });
    const copy = new RecordCopy(() => store, counterKey);
    expect(isLocal(copy.noting())).toBe(true);
    await store.update('a', increment('a'));
    expect(copy.list()).toBe(store.listSync());
    const changes = vi.spyOn(store, 'changes');
    await copy.refresh();
    expect(changes).not.toHaveBeenCalled();
  });

  it('follows another store once settings name one', async () => {
    const stores = [1, 2].map(() => createMemoryStore({ format: counterFormat }));
    await stores[1]?.update('a', increment('a'));
    let index = 0;
    const copy = new RecordCopy(() => {
      const store = stores[index];
      if (!store) throw new Error('no such store');
      return store;
    }, counterKey);
    expect(copy.list()).toEqual([]);
    index = 1;
    expect(copy.list().map(counterKey)).toEqual(['a']);
  });
});
