import { beforeEach, describe, expect, it } from 'vitest';
import type { ListQuery, Mutation, RecordStore } from '#lib/stores/records/record-store.ts';
import { type Counter, increment } from '../fixtures/records/counters.ts';

/** Opens one more connection to the same records. */
type Connect = () => RecordStore<Counter>;

/**
 * What every adapter of `RecordStore` promises. Call it once in the adapter's own test file.
 * @param open makes a place without records, and how to connect to it
 */
export function describeRecordStore(name: string, open: () => Connect): void {
  let connect: Connect;
  let store: RecordStore<Counter>;
  let other: RecordStore<Counter>;
  const put = (id: string, fields: Partial<Counter> = {}, to = store) =>
    to.update(id, () => ({ id, count: 0, ...fields }));
  const all = () => Array.fromAsync(store.find());
  const ids = async (query = {}, from = store) => (await Array.fromAsync(from.find(query))).map(({ id }) => id);

  beforeEach(() => {
    connect = open();
    store = connect();
    other = connect();
  });

  describe(`${name}: reading`, () => {
    it('knows nothing at first', async () => {
      expect(await all()).toEqual([]);
      expect(await store.get('rome')).toBeUndefined();
    });

    it('returns what was stored', async () => {
      expect(await put('rome', { count: 3 })).toEqual({ id: 'rome', count: 3 });
      expect(await store.get('rome')).toEqual({ id: 'rome', count: 3 });
      expect(await store.get('rom')).toBeUndefined();
    });

    it.each(['__proto__', 'constructor', 'toString', '', '0', 'ключ'])(
      'takes %j for a key like any other',
      async (id) => {
        expect(await store.get(id)).toBeUndefined();
        await put('first');
        await put(id, { count: 7 });
        expect(await store.get(id)).toEqual({ id, count: 7 });
        expect(await ids()).toEqual(['first', id].sort());
      },
    );
  });

  describe(`${name}: finding`, () => {
    it('gives the records in the order of their keys, which is no language’s', async () => {
      for (const id of ['rome', 'Zagreb', 'élan', 'athens', 'a/b', 'a-b', 'zürich']) await put(id);
      await store.update('rome', increment('rome'));
      expect(await ids()).toEqual(['Zagreb', 'a-b', 'a/b', 'athens', 'rome', 'zürich', 'élan']);
    });

    it('sorts by the bytes of the keys, also where they are none that a database or UTF-8 knows', async () => {
      const sorted = [
        '\u0000',
        '\u0001',
        '\u0001\u0000',
        'a',
        'a\u0000',
        'a\u0000b',
        'a\u0001',
        '\ud7ff',
        '\ud800',
        '\udfff',
        '\ue000',
        '\uffff',
        '😀',
      ];
      for (const id of sorted.toReversed()) await put(id);
      expect(await ids()).toEqual(sorted);
      const paged: string[] = [];
      for (let page = await ids({ limit: 1 }); page[0] !== undefined; page = await ids({ limit: 1, after: page[0] })) {
        paged.push(page[0]);
      }
      expect(paged).toEqual(sorted);
      expect((await store.get('\ud800'))?.id).toBe('\ud800');
      expect(await store.get('\ufffd')).toBeUndefined();
    });

    it('reads on after a key, though that is gone by now', async () => {
      for (const id of ['a', 'b', 'c', 'd', 'e']) await put(id);
      expect(await ids({ limit: 2 })).toEqual(['a', 'b']);
      await store.update('b', () => undefined);
      expect(await ids({ after: 'b', limit: 2 })).toEqual(['c', 'd']);
      expect(await ids({ after: 'd', limit: 2 })).toEqual(['e']);
      expect(await ids({ after: 'e' })).toEqual([]);
      expect(await ids({ limit: 0 })).toEqual([]);
    });

    it.each<[string, object, string[]]>([
      ['what is unfinished', { unfinished: true }, ['early', 'late', 'open']],
      ['what is due', { dueBeforeMs: 200 }, ['closed', 'early']],
      ['nothing that is due just then', { dueBeforeMs: 100 }, ['closed']],
      ['what is unfinished and due', { unfinished: true, dueBeforeMs: 200 }, ['early']],
      ['the record of a task, also of an earlier one', { taskId: 't-1' }, ['early', 'late']],
      ['no record of a task that none has', { taskId: 't' }, []],
      ['what fits, after a key and no more than asked for', { unfinished: true, after: 'early', limit: 1 }, ['late']],
    ])('finds %s', async (_what, query, expected) => {
      await put('open', { open: true });
      await put('late', { open: true, dueMs: 300, tasks: ['t-0', 't-1'] });
      await put('early', { open: true, dueMs: 100, tasks: ['t-1'] });
      await put('closed', { dueMs: 50, tasks: ['t-2'] });
      expect(await ids(query)).toEqual(expected);
    });

    it('goes on with what it began while records change', async () => {
      for (const id of ['a', 'b', 'c']) await put(id);
      const seen: string[] = [];
      for await (const { id } of store.find()) {
        seen.push(id);
        await store.update('b', increment('b'));
      }
      expect(seen).toEqual(['a', 'b', 'c']);
    });
  });

  describe(`${name}: lists in pages`, () => {
    const place = (id: string, places: Record<string, number>, to = store) => put(id, { places }, to);
    const page = async (query: Partial<ListQuery> = {}, list = 'by size', from = store) =>
      (await from.page(list, { limit: 9, ...query })).map(({ id }) => id);

    it('are empty at first, and of any name', async () => {
      expect([await page(), await page({}, ''), await page({ after: { at: 0, key: 'a' } })]).toEqual([[], [], []]);
      await put('rome');
      expect(await page()).toEqual([]);
    });

    it('have their own order, and at the same place that of the keys', async () => {
      await place('rome', { 'by size': 3, 'by age': 1 });
      await place('Zagreb', { 'by size': -2.5, 'by age': 2 }, other);
      await place('élan', { 'by size': 3 });
      await place('athens', { 'by size': 3, 'a\u0000': 0 });
      await place('oslo', { 'by size': Number.MAX_SAFE_INTEGER });
      expect(await page()).toEqual(['Zagreb', 'athens', 'rome', 'élan', 'oslo']);
      expect(await page({}, 'by age', other)).toEqual(['rome', 'Zagreb']);
      expect([await page({}, 'a\u0000'), await page({}, 'a')]).toEqual([['athens'], []]);
    });

    it('go on after a place, though nothing is there any more', async () => {
      for (const [index, id] of ['a', 'b', 'c', 'd', 'e'].entries()) await place(id, { 'by size': index >> 1 });
      expect(await page({ limit: 3 })).toEqual(['a', 'b', 'c']);
      await store.update('c', () => undefined);
      expect(await page({ limit: 2, after: { at: 1, key: 'c' } })).toEqual(['d', 'e']);
      expect(await page({ after: { at: 1, key: 'd' } })).toEqual(['e']);
      expect([await page({ after: { at: 2, key: 'e' } }), await page({ limit: 0 })]).toEqual([[], []]);
    });

    it('follow each change of a record', async () => {
      await place('a', { 'by size': 1, 'by age': 1 });
      await place('b', { 'by size': 2 });
      await place('a', { 'by size': 3 }, other);
      expect([await page(), await page({}, 'by age')]).toEqual([['b', 'a'], []]);
      await store.update('b', (current) => current && { ...current, count: 7 });
      expect((await other.page('by size', { limit: 1 }))[0]).toEqual(await store.get('b'));
      await store.update('b', () => undefined);
      expect([await page(), await page({}, 'by size', other)]).toEqual([['a'], ['a']]);
    });
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
      await put('rome', { count: 5 });
      expect(await store.update('rome', (current) => current)).toEqual({ id: 'rome', count: 5 });
      expect(await store.update('athens', (current) => current)).toBeUndefined();
      expect(await all()).toEqual([{ id: 'rome', count: 5 }]);
    });

    it('deletes when the mutator returns undefined', async () => {
      for (const id of ['rome', 'athens', 'cairo']) await put(id);
      expect(await store.update('rome', () => undefined)).toBeUndefined();
      expect([await ids(), await store.get('rome')]).toEqual([['athens', 'cairo'], undefined]);
    });

    it('keeps any text: NUL, half of a pair, a megabyte', async () => {
      const note = { title: 'a\u0000b', half: '\ud83d', '\u0000': '\udfff', stderr: 'x\u0001\ud7ff'.repeat(300_000) };
      await put('rome', { note, file: 'a\u0000\ud83d.mp4', tasks: ['t\u0000', 'x'.repeat(5000)] });
      expect(await other.get('rome')).toMatchObject({ note, file: 'a\u0000\ud83d.mp4' });
      expect([await ids({ taskId: 't\u0000' }), await ids({ taskId: 'x'.repeat(5000) })]).toEqual([['rome'], ['rome']]);
      expect([await ids({ taskId: 't' }), await ids({ taskId: 'x'.repeat(4999) })]).toEqual([[], []]);
    });

    it('keeps fields that it does not know', async () => {
      const unknown = { note: 'by hand', nested: { list: [1, { deep: true }] }, empty: null };
      await put('rome', unknown);
      await store.update('rome', increment('rome'));
      expect(await store.get('rome')).toEqual({ id: 'rome', count: 1, ...unknown });
    });

    it('refuses a record that belongs to another key', async () => {
      await put('rome', { count: 1 });
      const moved = store.update('rome', () => ({ id: 'athens', count: 2 }));
      await expect(moved).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('athens') });
      expect(await all()).toEqual([{ id: 'rome', count: 1 }]);
    });

    it('refuses a record that does not fit the schema, and names the field', async () => {
      await put('rome', { count: 1 });
      const wrong = store.update('rome', () => ({ id: 'rome', count: Number.NaN }));
      await expect(wrong).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('.count') });
      expect(await all()).toEqual([{ id: 'rome', count: 1 }]);
    });

    it('refuses a record that cannot be copied', async () => {
      const circular: Counter = { id: 'rome', count: 1 };
      circular.self = circular;
      circular.call = () => circular;
      await expect(store.update('rome', () => circular)).rejects.toMatchObject({ code: 'invalid-input' });
      expect(await all()).toEqual([]);
    });

    it('tells the mutator the time', async () => {
      const times: number[] = [];
      for (let round = 0; round < 2; round += 1) {
        await store.update('rome', (current, { nowMs }) => {
          times.push(nowMs);
          return current;
        });
      }
      expect(times.every((ms) => Number.isFinite(ms) && ms > 0)).toBe(true);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
    });
  });

  describe(`${name}: claims`, () => {
    const needs = { claims: ['a-b-c.mp4'] };
    const owner = async (id: string, from = store) => {
      let found: string | undefined;
      await from.update(
        id,
        (current, { ownerOf }) => {
          found = ownerOf('a-b-c.mp4');
          return current;
        },
        needs,
      );
      return found;
    };
    const claim = (id: string, to = store) => {
      const take: Mutation<Counter> = (_, { ownerOf }) => {
        if (ownerOf('a-b-c.mp4') !== undefined) throw new Error('taken');
        return { id, count: 0, file: 'a-b-c.mp4' };
      };
      return to.update(id, take, needs);
    };

    it('name their holder, until it gives them up or goes', async () => {
      expect(await owner('rome')).toBeUndefined();
      await put('rome', { file: 'a-b-c.mp4' });
      expect([await owner('rome'), await owner('athens')]).toEqual(['rome', 'rome']);
      await put('rome', { file: 'other.mp4' });
      expect(await owner('athens')).toBeUndefined();
      await put('rome', { file: 'a-b-c.mp4' });
      await store.update('rome', () => undefined);
      expect(await owner('athens')).toBeUndefined();
    });

    it('name the other one, where two records hold one: neither may take it for its own', async () => {
      await put('rome', { file: 'a-b-c.mp4' });
      await put('athens', { file: 'a-b-c.mp4' });
      expect([await owner('rome'), await owner('athens')]).toEqual(['athens', 'rome']);
      await store.update('athens', () => undefined);
      expect([await owner('rome'), await owner('cairo')]).toEqual(['rome', 'rome']);
    });

    it('are what one of many gets, also over two connections', async () => {
      const outcomes = await Promise.allSettled([
        claim('a-b_c'),
        claim('a_b-c', other),
        claim('a_b_c'),
        claim('a', other),
      ]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const [holder] = await ids();
      expect([await ids(), await owner('x'), await owner('x', other)]).toEqual([[holder], holder, holder]);
    });

    it('of an update that was refused are nobody’s', async () => {
      const bad = store.update('rome', () => ({ id: 'rome', count: Number.NaN, file: 'a-b-c.mp4' }));
      await expect(bad).rejects.toMatchObject({ code: 'invalid-input' });
      expect(await owner('athens')).toBeUndefined();
    });

    it('are answered for only where the update has named them', async () => {
      const curious = store.update('rome', (current, { ownerOf }) => (ownerOf('a-b-c.mp4') ? undefined : current));
      await expect(curious).rejects.toMatchObject({
        code: 'invalid-input',
        message: expect.stringContaining('a-b-c.mp4'),
      });
    });
  });

  describe(`${name}: totals`, () => {
    const needs = { totals: ['monday', 'tuesday'] };
    const sums = async (from = store) => {
      let found: number[] = [];
      await from.update(
        'nobody',
        (current, { total }) => {
          found = needs.totals.map(total);
          return current;
        },
        needs,
      );
      return found;
    };
    /** Spends on Monday what a limit of 100 cents leaves. */
    const spend = (id: string, cents: number, to = store) => {
      const within: Mutation<Counter> = (_, { total }) => {
        if (total('monday') + cents > 100) throw new Error('over the limit');
        return { id, count: 0, cents: { monday: cents } };
      };
      return to.update(id, within, needs);
    };

    it('add up what the records say, and follow each change', async () => {
      expect(await sums()).toEqual([0, 0]);
      await put('rome', { cents: { monday: 30, tuesday: 5 } });
      await put('athens', { cents: { monday: 12 } });
      expect(await sums()).toEqual([42, 5]);
      await put('rome', { cents: { tuesday: 7 } });
      expect(await sums()).toEqual([12, 7]);
      await store.update('athens', () => undefined);
      expect(await sums()).toEqual([0, 7]);
    });

    it('show the updates that were made before in the same turn', async () => {
      const seen: number[] = [];
      const add = (id: string) => {
        const look: Mutation<Counter> = (_, { total }) => {
          seen.push(total('monday'));
          return { id, count: 0, cents: { monday: 10 } };
        };
        return store.update(id, look, needs);
      };
      await Promise.all(['a', 'b', 'a', 'c'].map(add));
      expect(seen).toEqual([0, 10, 20, 20]);
    });

    it('are held to a limit by many at once, also over two connections', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, (_, index) => spend(`k${index}`, 30, index % 2 ? store : other)),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
      expect([await sums(), await sums(other)]).toEqual([
        [90, 0],
        [90, 0],
      ]);
    });

    it('count no update that was refused', async () => {
      await put('rome', { cents: { monday: 30 } });
      const outcomes = await Promise.allSettled([
        store.update('rome', () => ({ id: 'rome', count: Number.NaN, cents: { monday: 50 } })),
        store.update('rome', () => {
          throw new Error('mine');
        }),
        put('athens', { cents: { monday: 0.5 } }),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
      expect([await sums(), await ids()]).toEqual([[30, 0], ['rome']]);
    });

    it('are answered for only where the update has named them', async () => {
      const curious = store.update('rome', (current, { total }) => (total('monday') ? undefined : current));
      await expect(curious).rejects.toMatchObject({ code: 'invalid-input' });
    });
  });

  describe(`${name}: outside an update`, () => {
    it('knows the totals and the number of records, after any connection’s writes', async () => {
      expect([await store.total('monday'), await store.count()]).toEqual([0, 0]);
      await put('rome', { cents: { monday: 30 } });
      await put('athens', { cents: { monday: 12 } }, other);
      expect([await store.total('monday'), await other.total('monday')]).toEqual([42, 42]);
      await other.update('rome', () => undefined);
      expect([await store.total('monday'), await store.total('tuesday'), await store.count()]).toEqual([12, 0, 1]);
    });

    it('knows the totals that begin alike, without those that are 0', async () => {
      expect(await store.totals('day:')).toEqual(new Map());
      await put('rome', { cents: { 'day:monday': 30, 'day:ключ\u0000': 2, 'da:y': 9, 'day;': 9, day: 9 } });
      await put('athens', { cents: { 'day:monday': 12, 'day:friday': 7, 'day:😀': 1 } }, other);
      await put('cairo', { cents: { 'day:friday': -7, 'day:none': 0 } });
      const expected = new Map([
        ['day:monday', 42],
        ['day:ключ\u0000', 2],
        ['day:😀', 1],
      ]);
      expect([await store.totals('day:'), await other.totals('day:')]).toEqual([expected, expected]);
      await other.update('rome', () => undefined);
      expect(await store.totals('day:m')).toEqual(new Map([['day:monday', 12]]));
    });

    it('tells a mutator whether there are no records at all', async () => {
      const seen: boolean[] = [];
      const look = (id: string) =>
        store.update(id, (current, { isEmpty }) => {
          seen.push(isEmpty);
          return current;
        });
      await look('rome');
      await put('athens', {}, other);
      await look('rome');
      await other.update('athens', () => undefined);
      await look('rome');
      expect(seen).toEqual([true, false, true]);
    });
  });

  describe(`${name}: many at once`, () => {
    it('loses none of 500 updates and applies them in the order of the calls', async () => {
      const results = await Promise.all(Array.from({ length: 500 }, () => store.update('rome', increment('rome'))));
      expect(results.map((counter) => counter?.count)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
      expect(await store.get('rome')).toEqual({ id: 'rome', count: 500 });
    });

    it('loses none of two connections, and each sees what the other has acknowledged', async () => {
      for (let round = 1; round <= 10; round += 1) {
        await Promise.all([store.update('rome', increment('rome')), other.update('rome', increment('rome'))]);
        const both = [await store.get('rome'), await other.get('rome')];
        expect(both.map((counter) => counter?.count)).toEqual([2 * round, 2 * round]);
      }
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
      await store.update('rome', (current, step) => {
        inner = store.update('rome', increment('rome'));
        return increment('rome')(current, step);
      });
      await inner;
      expect(await store.get('rome')).toEqual({ id: 'rome', count: 2 });
    });
  });

  describe(`${name}: a record that has not changed`, () => {
    it('is the same object as before, also when another connection has written beside it', async () => {
      for (const id of ['rome', 'athens', 'cairo']) await put(id, { nested: { list: [id] } });
      const before = [await store.get('rome'), ...(await all())];
      await other.update('rome', increment('rome'));
      await other.update('athens', (current) => current && { ...current });
      await put('zagreb', {}, other);
      const after = [await store.get('rome'), ...(await all())];
      expect(after.slice(2, 3)).toEqual(before.slice(2, 3));
      const isSame = after.map((record, index) => record === before[index]);
      // rome alone, then athens, cairo, rome, zagreb.
      expect(isSame).toEqual([false, true, true, false, false]);
      expect(after[0]).toMatchObject({ count: 1 });
    });
  });

  describe(`${name}: changes`, () => {
    it('are the keys written since the cursor, by any connection', async () => {
      if (!store.changes) return;
      for (const id of ['rome', 'athens', 'cairo']) await put(id);
      const first = await store.changes();
      expect(first.keys).toEqual([]);
      expect((await store.changes(first.cursor)).keys).toEqual([]);
      await other.update('rome', increment('rome'));
      await put('zagreb');
      await store.update('athens', () => undefined);
      await store.update('cairo', (current) => current && { ...current });
      const second = await store.changes(first.cursor);
      expect(second.keys.length).toBe(3);
      expect(new Set(second.keys)).toEqual(new Set(['rome', 'zagreb', 'athens']));
      expect((await store.changes(second.cursor)).keys).toEqual([]);
      await store.update('rome', increment('rome'));
      expect((await store.changes(second.cursor)).keys).toEqual(['rome']);
      // A cursor stays good.
      expect(new Set((await store.changes(first.cursor)).keys)).toEqual(new Set(['rome', 'zagreb', 'athens']));
    });

    it.each(['', 'x', 'x:1', '1'])('cannot be told from a cursor that is none of the store’s: %j', async (cursor) => {
      if (!store.changes) return;
      await put('rome');
      expect(await store.changes(cursor)).toMatchObject({ keys: 'all', cursor: expect.any(String) });
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
      (await all()).forEach(spoil);
      (await all()).pop();
      expect(await all()).toEqual([whole]);
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
