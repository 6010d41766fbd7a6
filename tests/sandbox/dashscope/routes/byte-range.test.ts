import { expect, it } from 'vitest';
import { satisfiableRange } from '#lib/sandbox/dashscope/routes/byte-range.ts';

// As OSS answers by default: a range that reaches past the end is no range, and the whole object comes.
it.each<[string | undefined, [start: number, end: number] | undefined]>([
  ['bytes=0-9', [0, 10]],
  ['bytes=0-0', [0, 1]],
  ['bytes=5-', [5, 10]],
  ['bytes=9-', [9, 10]],
  ['bytes=-3', [7, 10]],
  ['bytes=-10', [0, 10]],
  ['bytes=-11', undefined],
  ['bytes=-0', undefined],
  ['bytes=0-10', undefined],
  ['bytes=10-', undefined],
  ['bytes=5-4', undefined],
  ['bytes=-', undefined],
  ['bytes=0-1,3-4', undefined],
  ['items=0-1', undefined],
  [undefined, undefined],
])('the range %s of ten bytes', (header, expected) => {
  expect(satisfiableRange(header, 10)).toEqual(expected && { start: expected[0], end: expected[1] });
});
