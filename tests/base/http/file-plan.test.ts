import { expect, it } from 'vitest';
import { lengthOf, planOf } from '#lib/base/http/file-plan.ts';

const TAG = '"a"';
const part = (start: number, end: number) => ({ kind: 'bytes', range: { start, end }, isPart: true });
const whole = { kind: 'bytes', range: { start: 0, end: 9 }, isPart: false };

it.each([
  ['nothing', 'GET', {}, whole],
  ['a range', 'GET', { range: 'bytes=2-4' }, part(2, 4)],
  ['a range behind the end', 'GET', { range: 'bytes=10-' }, { kind: 'unsatisfiable' }],
  ['a range in HEAD, which has none', 'HEAD', { range: 'bytes=2-4' }, whole],
  ['a range of this file', 'GET', { range: 'bytes=2-4', 'if-range': TAG }, part(2, 4)],
  ['a range of another file', 'GET', { range: 'bytes=2-4', 'if-range': '"b"' }, whole],
  ['a file that is known', 'GET', { range: 'bytes=2-4', 'if-none-match': `W/${TAG}` }, { kind: 'not-modified' }],
  ['another file than this', 'GET', { 'if-match': '"b"', 'if-none-match': TAG }, { kind: 'precondition-failed' }],
])('%s', (_what, method, headers, plan) => {
  expect(planOf({ method, headers: new Headers(headers) }, 10, TAG)).toEqual(plan);
});

it('tells the length of a part, and its place', () => {
  expect(lengthOf({ range: { start: 2, end: 4 }, isPart: true }, 10)).toEqual({
    ...{ 'content-length': '3', 'content-range': 'bytes 2-4/10' },
  });
  expect(lengthOf({ range: { start: 0, end: 9 }, isPart: false }, 10)).toEqual({ 'content-length': '10' });
});
