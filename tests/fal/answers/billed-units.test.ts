import { expect, it } from 'vitest';
import { billedUnitsOf } from '#lib/fal/answers/billed-units.ts';

it.each([
  [undefined, undefined],
  ['', undefined],
  ['abc', undefined],
  ['-1', undefined],
  ['1e3', 1000],
  ['0', 0],
  ['2.5', 2.5],
  [' 4 ', 4],
  [['3', '9'], 3],
])('%j is %s', (header, units) => {
  expect(billedUnitsOf(header)).toBe(units);
});
