import { expect, it } from 'vitest';
import { parseRange } from '#lib/base/http/byte-range.ts';

const SIZE = 1000;

it.each<[string | null, ReturnType<typeof parseRange>]>([
  [null, 'whole'],
  ['bytes=0-1', { start: 0, end: 1 }],
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=0-', { start: 0, end: 999 }],
  ['bytes=500-', { start: 500, end: 999 }],
  ['bytes=0-999', { start: 0, end: 999 }],
  ['bytes=0-5000', { start: 0, end: 999 }],
  ['bytes=999-999', { start: 999, end: 999 }],
  ['bytes=-1', { start: 999, end: 999 }],
  ['bytes=-500', { start: 500, end: 999 }],
  ['bytes=-5000', { start: 0, end: 999 }],
  ['Bytes = 2-3 ', { start: 2, end: 3 }],
  ['bytes=0-99999999999999999999999999', { start: 0, end: 999 }],
  // Asked for what is not there.
  ['bytes=1000-', 'unsatisfiable'],
  ['bytes=1000-1001', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=99999999999999999999999999-', 'unsatisfiable'],
  // Not a valid range, another unit, or several: RFC 9110 §14.2 lets a server ignore the header.
  ['bytes=5-2', 'whole'],
  ['bytes=-', 'whole'],
  ['bytes=', 'whole'],
  ['bytes=a-b', 'whole'],
  ['bytes=1.5-3', 'whole'],
  ['bytes=0x1-3', 'whole'],
  ['bytes=+1-3', 'whole'],
  ['bytes=--5', 'whole'],
  ['bytes=0-1,5-6', 'whole'],
  ['bytes=0-1,', 'whole'],
  ['items=0-1', 'whole'],
  ['0-1', 'whole'],
  ['', 'whole'],
])('%s', (header, expected) => {
  expect(parseRange(header, SIZE)).toEqual(expected);
});

it('has no range of an empty file', () => {
  expect([parseRange('bytes=0-', 0), parseRange('bytes=-5', 0)]).toEqual(['unsatisfiable', 'unsatisfiable']);
});
