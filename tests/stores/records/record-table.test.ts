import { describe, expect, it } from 'vitest';
import { deepFreeze, RecordTable } from '#lib/stores/records/record-table.ts';

interface Item {
  id: string;
  list?: string[];
}
const table = (...ids: string[]) => new RecordTable<Item>(ids.map((id) => [id, { record: { id, list: [id] } }]));
const write = ({ id }: Item) => `<${id}>`;

describe('a record table', () => {
  it('freezes what it hands out, deeply, and not what it only shows', () => {
    const items = table('a', 'b');
    expect(Object.isFrozen(items.peek('a'))).toBe(false);
    expect([items.get('a'), items.get('a')?.list].every(Object.isFrozen)).toBe(true);
    expect(Object.isFrozen(items.list()[1]?.list)).toBe(true);
  });

  it('gives one list until something changes, in the order in which keys were first stored', () => {
    const items = table('b', 'a');
    const list = items.list();
    expect(items.list()).toBe(list);
    items.set('b', { id: 'b' });
    items.set('c', { id: 'c' });
    expect(items.list().map(({ id }) => id)).toEqual(['b', 'a', 'c']);
    items.delete('b');
    items.set('b', { id: 'b' });
    expect(items.list().map(({ id }) => id)).toEqual(['a', 'c', 'b']);
    expect(list.map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('shares records with its copy, and no change', () => {
    const items = table('a', 'b');
    const trial = items.copy();
    expect([trial.isChanged, trial.changedSince(items)]).toEqual([false, []]);
    trial.set('b', { id: 'b' });
    trial.set('c', { id: 'c' });
    trial.delete('a');
    expect([trial.isChanged, trial.changedSince(items)]).toEqual([true, ['b', 'c', 'a']]);
    expect([items.isChanged, items.size, [...items.keys()]]).toEqual([false, 2, ['a', 'b']]);
  });

  it('writes a record once, and again after it changed', () => {
    const items = table('a', 'b');
    const written: string[] = [];
    const note = (item: Item) => {
      written.push(item.id);
      return write(item);
    };
    expect([items.textOf('a', note), items.texts(note), items.textOf('x', note)]).toEqual([
      '<a>',
      ['<a>', '<b>'],
      undefined,
    ]);
    expect(items.byText(note).get('<b>')).toEqual({ key: 'b', record: items.peek('b'), text: '<b>' });
    items.set('a', { id: 'A' });
    items.set('b', { id: 'b' }, 'given');
    expect(items.texts(note)).toEqual(['<A>', 'given']);
    expect(written).toEqual(['a', 'b', 'A']);
  });

  it('takes no key for a property', () => {
    expect(['__proto__', 'constructor'].map((key) => [table().has(key), table().get(key)])).toEqual([
      [false, undefined],
      [false, undefined],
    ]);
  });
});

describe('deepFreeze', () => {
  it('reaches what is nested deeper than the stack', () => {
    let deep: { in?: unknown } = {};
    const innermost = deep;
    for (let depth = 0; depth < 50_000; depth += 1) deep = { in: deep };
    deepFreeze(deep);
    expect(Object.isFrozen(innermost)).toBe(true);
  });
});
