import { expect, test } from 'vitest';
import { parseContentRange, parseUnsatisfiedTotal } from '#lib/capture/http/content-range.ts';

test.each<[string | undefined, unknown]>([
  ['bytes 5-9/10', { start: 5, end: 9, total: 10 }],
  ['Bytes 0-0/1', { start: 0, end: 0, total: 1 }],
  ['bytes 5-9/*', { start: 5, end: 9, total: undefined }],
  ['bytes 9-5/10', undefined],
  ['bytes 5-10/10', undefined],
  ['bytes 5-/10', undefined],
  ['bytes */10', undefined],
  ['items 5-9/10', undefined],
  [undefined, undefined],
])('Content-Range %s', (header, expected) => {
  expect(parseContentRange(header)).toEqual(expected);
});

test.each<[string | undefined, number | undefined]>([
  ['bytes */10', 10],
  ['bytes 0-9/10', undefined],
  ['bytes */*', undefined],
  [undefined, undefined],
])('Content-Range of a 416: %s', (header, expected) => {
  expect(parseUnsatisfiedTotal(header)).toBe(expected);
});
