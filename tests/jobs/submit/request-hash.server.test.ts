import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { requestHash } from '#lib/jobs/submit/request-hash.server.ts';

it('is SHA-256 of the request as JSON, which records keep over versions of Reelkeep', () => {
  const json = '{"a":{"x":[{"k":1,"l":2}],"y":null},"b":"é"}';
  const sha256 = createHash('sha256').update(json).digest('hex');
  expect(requestHash({ b: 'é', a: { y: null, x: [{ l: 2, k: 1 }] } })).toBe(sha256);
});

it.each<[string, unknown, unknown]>([
  ['the order of its keys', { a: 1, b: { c: 1, d: 2 } }, { b: { d: 2, c: 1 }, a: 1 }],
  ['a field that is not there', { a: 1, b: undefined }, { a: 1 }],
  ['a copy that went through JSON', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
])('is the same whatever %s', (_what, one, other) => {
  expect(requestHash(one)).toBe(requestHash(other));
});

it.each<[string, unknown, unknown]>([
  ['the order of a list', { a: [1, 2] }, { a: [2, 1] }],
  ['a number and its text', { a: 1 }, { a: '1' }],
  ['null and nothing', { a: null }, {}],
  ['a list and an object', { a: ['x'] }, { a: { 0: 'x' } }],
])('is another one for %s', (_what, one, other) => {
  expect(requestHash(one)).not.toBe(requestHash(other));
});
