import { describe, expect, it } from 'vitest';
import { SortedIndex } from '#lib/web/videos/sorted-index.ts';

describe('an index', () => {
  it('keeps its order, and one value for one place', () => {
    const index = new SortedIndex<string>();
    for (const [minor, text] of [
      [3, 'c'],
      [1, 'a'],
      [2, 'x'],
      [2, 'b'],
    ] as const)
      index.set([0, minor, ''], text);
    expect([index.values(), index.size]).toEqual([['a', 'b', 'c'], 3]);
    index.delete([0, 1, '']);
    index.delete([0, 9, '']);
    expect(index.values()).toEqual(['b', 'c']);
  });

  it('goes on behind a place whose value is gone', () => {
    const index = new SortedIndex<number>();
    for (let minor = 0; minor < 10; minor += 1) index.set([0, minor, ''], minor);
    const { values, next } = index.page(undefined, 4);
    expect([values, next]).toEqual([
      [0, 1, 2, 3],
      [0, 3, ''],
    ]);
    index.delete([0, 3, '']);
    index.set([0, -1, ''], -1);
    expect(index.page(next, 4).values).toEqual([4, 5, 6, 7]);
    expect(index.page([0, 7, ''], 4)).toEqual({ values: [8, 9], next: undefined });
    expect(index.page([9, 0, ''], 4)).toEqual({ values: [], next: undefined });
  });
});

it('compares number by number, and then by the text', () => {
  const index = new SortedIndex<string>();
  const places = [
    [1, -5, 'a'],
    [0, 7, 'b'],
    [0, 7, 'B'],
    [0, -1, 'z'],
    [Number.POSITIVE_INFINITY, 0, ''],
  ] as const;
  for (const place of places) index.set(place, place.join());
  expect(index.values()).toEqual(['0,-1,z', '0,7,B', '0,7,b', '1,-5,a', 'Infinity,0,']);
});
