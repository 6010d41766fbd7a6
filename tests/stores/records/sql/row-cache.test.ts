import { expect, it } from 'vitest';
import { RowCache } from '#lib/stores/records/sql/row-cache.ts';

it('a row cache gives one object for a version of a record, and reads another version anew', () => {
  const cache = new RowCache<{ version: string }>();
  let reads = 0;
  const take = (key: string, version: string) =>
    cache.take(key, version, () => {
      reads += 1;
      return { version };
    });
  const first = take('a', '1');
  expect([take('a', '1') === first, reads]).toEqual([true, 1]);
  expect([take('b', '1') === first, reads]).toEqual([false, 2]);
  const second = take('a', '2');
  expect([second.version, take('a', '2') === second, reads]).toEqual(['2', true, 3]);
  // An older copy of the database was restored.
  expect([take('a', '1') === first, reads]).toEqual([false, 4]);
});

it('a row cache gives what was put into it', () => {
  const cache = new RowCache<object>();
  const record = cache.put('a', '1', {});
  expect(cache.take('a', '1', () => ({}))).toBe(record);
});
