import { describe, expect, it } from 'vitest';
import type { StoredRow } from '#lib/stores/records/sql/rows.ts';
import { type ListChanges, SqliteList } from '#lib/stores/records/sqlite/sqlite-list.ts';

interface Item {
  key: string;
  revision: number;
}
const row = (key: string, sequence: number, revision = 1): StoredRow => ({ key, sequence, revision, content: '' });

function lists() {
  const list = new SqliteList<Item>();
  const asked: number[] = [];
  const items = new Map<string, Item>();
  /** As the cache of rows does: one object for each version. */
  const recordOf = ({ key, revision }: StoredRow) => {
    const name = `${key}@${revision}`;
    const item = items.get(name) ?? { key, revision };
    items.set(name, item);
    return item;
  };
  const at = (revision: number, changes: Partial<ListChanges> = {}, id = 'one') => {
    const read = (since: number) => {
      asked.push(since);
      return { deleted: [], rows: [], ...changes };
    };
    return list.list(
      { id, revision, records: 0, transfer: undefined, mark: undefined, lists: undefined },
      read,
      recordOf,
    );
  };
  return { at, asked };
}
const keys = (list: readonly Item[]) => list.map(({ key }) => key);

describe('the list of an SQLite part', () => {
  it('reads what has changed since the last time, and nothing if nothing has', () => {
    const { at, asked } = lists();
    const first = at(3, { rows: [row('b', 1), row('a', 2)] });
    expect(at(3)).toBe(first);
    const second = at(5, { rows: [row('b', 1, 5), row('c', 3, 4)] });
    expect([keys(first), keys(second), asked]).toEqual([
      ['b', 'a'],
      ['b', 'a', 'c'],
      [0, 3],
    ]);
    expect([second[0]?.revision, second[1] === first[1]]).toEqual([5, true]);
  });

  it('is the same array where rows are read again that it has', () => {
    const { at } = lists();
    const first = at(1, { rows: [row('a', 1)] });
    expect(at(2, { rows: [row('a', 1)] })).toBe(first);
  });

  it('loses what was deleted, and has last what was stored again', () => {
    const { at } = lists();
    at(1, { rows: [row('a', 1), row('b', 2), row('c', 3)] });
    expect(keys(at(2, { deleted: ['b', 'unknown'] }))).toEqual(['a', 'c']);
    expect(keys(at(3, { rows: [row('a', 4, 3)] }))).toEqual(['c', 'a']);
  });

  it('begins anew after a move, and with an older copy of the database', () => {
    const { at, asked } = lists();
    at(5, { rows: [row('a', 1)] });
    expect(keys(at(4, { rows: [row('b', 1)] }))).toEqual(['b']);
    expect(keys(at(4, { rows: [row('c', 1)] }, 'other'))).toEqual(['c']);
    expect(asked).toEqual([0, 0, 0]);
  });
});
