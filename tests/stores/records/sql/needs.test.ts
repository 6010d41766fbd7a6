import { expect, it } from 'vitest';
import type { StepNeeds } from '#lib/stores/records/record-store.ts';
import { needsOf } from '#lib/stores/records/sql/needs.ts';

const update = (key: string, needs?: StepNeeds) => ({
  ...{ key, needs, mutate: () => undefined },
  ...{ resolve: () => undefined, reject: () => undefined },
});

it('needsOf names each key, claim and total of a group once', () => {
  const group = [
    update('a', { claims: ['film', 'task'], totals: ['monday'] }),
    update('b', { claims: ['film'] }),
    update('a', { totals: ['monday', 'tuesday'] }),
    update('c'),
  ];
  expect(needsOf(group)).toEqual({
    keys: ['a', 'b', 'c'],
    claims: ['film', 'task'],
    totals: ['monday', 'tuesday'],
  });
  expect(needsOf([])).toEqual({ keys: [], claims: [], totals: [] });
});
