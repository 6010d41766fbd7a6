import { expect, it } from 'vitest';
import { writesOf } from '#lib/stores/records/sql/writes.ts';
import { type Counter, counterFormat } from '../../../fixtures/records/counters.ts';

const counter = (id: string, fields: Partial<Counter> = {}): Counter => ({ id, count: 0, ...fields });

it('writesOf gives only the differences of claims, tasks and totals', () => {
  const before = counter('a', {
    file: 'old',
    tasks: ['t-1', 't-2'],
    cents: { monday: 5, friday: 1 },
    places: { x: 1, y: 1 },
  });
  const after = counter('a', {
    file: 'new',
    tasks: ['t-2', 't-3', 't-3'],
    cents: { monday: 5, friday: 3 },
    places: { y: 1, z: 0 },
  });
  expect(writesOf(counterFormat, [{ key: 'a', before, after, isAnew: false }])).toEqual({
    records: [{ key: 'a', record: after, isNew: false }],
    deleted: [],
    claims: { gone: [['old', 'a']], come: [['new', 'a']] },
    tasks: { gone: [['t-1', 'a']], come: [['t-3', 'a']] },
    places: { gone: [{ list: 'x', at: 1, key: 'a' }], come: [{ list: 'z', at: 0, key: 'a' }] },
    totals: new Map([['friday', 2n]]),
    growth: 0,
  });
});

it('writesOf counts what comes and goes, and calls new what was deleted in between', () => {
  const [b, c, d] = [counter('b'), counter('c', { file: 'film', cents: { monday: 5 } }), counter('d')];
  const writes = writesOf(counterFormat, [
    { key: 'b', before: undefined, after: b, isAnew: false },
    { key: 'c', before: c, after: undefined, isAnew: false },
    { key: 'd', before: counter('d', { count: 9 }), after: d, isAnew: true },
  ]);
  expect(writes).toMatchObject({
    records: [
      { key: 'b', isNew: true },
      { key: 'd', isNew: true },
    ],
    deleted: ['c'],
    claims: { gone: [['film', 'c']], come: [] },
    totals: new Map([['monday', -5n]]),
    growth: 0,
  });
});

it('writesOf adds amounts exactly, over all records', () => {
  const huge = Number.MAX_SAFE_INTEGER;
  const changes = ['a', 'b', 'c'].map((key) => ({
    ...{ key, before: undefined, isAnew: false },
    after: counter(key, { cents: { monday: huge } }),
  }));
  expect(writesOf(counterFormat, changes)).toMatchObject({
    totals: new Map([['monday', 3n * BigInt(huge)]]),
    growth: 3,
  });
});
