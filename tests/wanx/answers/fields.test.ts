import { expect, it } from 'vitest';
import { amount, identifier, text } from '#lib/wanx/answers/fields.ts';

it.each([
  ['x', 'x'],
  ['', ''],
  [null, null],
  [undefined, undefined],
  [5, null],
  [{}, null],
])('the text %j is read as %j', (value, expected) => {
  expect(text.parse(value)).toBe(expected);
});

// No record can keep what is below zero, or endless.
it.each([
  [5, 5],
  ['5.5', 5.5],
  [0, 0],
  [-1, null],
  [Number.POSITIVE_INFINITY, null],
  ['1e999', null],
  ['soon', null],
  [{}, null],
  [undefined, undefined],
])('the amount %j is read as %j', (value, expected) => {
  expect(amount.parse(value)).toBe(expected);
});

it.each([
  ['t-1', 't-1'],
  [7, '7'],
  ['', undefined],
  [null, undefined],
  [{}, undefined],
])('the id %j is read as %j', (value, expected) => {
  expect(identifier.safeParse(value).data).toBe(expected);
});
