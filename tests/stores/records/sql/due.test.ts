import { expect, it } from 'vitest';
import { dueMsOf } from '#lib/stores/records/sql/due.ts';
import { counterFormat } from '../../../fixtures/records/counters.ts';

it.each<[number | undefined, number | null]>([
  [0, 0],
  [1500.5, 1500.5],
  [undefined, null],
  // What Date.parse makes of a date that is none; SQLite would store null, PostgreSQL a number above all others.
  [Number.NaN, null],
])('a record that is due at %s is kept with %s', (dueMs, kept) => {
  expect(dueMsOf({ id: 'rome', count: 0, dueMs }, counterFormat)).toBe(kept);
});
