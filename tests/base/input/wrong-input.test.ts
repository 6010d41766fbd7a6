import { describe, expect, it } from 'vitest';
import { readSafely, wrongInput } from '#lib/base/input/wrong-input.ts';

const thrower = new Proxy({}, { getPrototypeOf: () => fail(), get: () => fail() });
function fail(): never {
  throw new Error('this cannot be read');
}
const said = (found: unknown, field = 'limit') => wrongInput(field, 'must be a number', found).message;

describe('a value that is not what it must be', () => {
  it.each([
    [5, '5'],
    [Number.NaN, 'NaN'],
    [true, 'true'],
    [null, 'null'],
    [undefined, 'undefined'],
    [['a'], 'an array'],
    [{ a: 1 }, 'an object'],
    [new Date(0), 'a Date'],
    [new Date(Number.NaN), 'an invalid Date'],
    [() => 1, 'function'],
    ['abc', '"abc" (3 characters)'],
    ['a\u001b[31m\nb\u202ec', '"a [31m b c" (10 characters)'],
    ['x'.repeat(70), `"${'x'.repeat(60)}…" (70 characters)`],
    ['https://h/v?Signature=s3cret', '"https://h/v?…" (28 characters)'],
  ])('%j is shown as %s', (found, text) => {
    expect(said(found)).toBe(`limit must be a number; got ${text}.`);
  });

  it.each(['apiKey', 'admin_token', 'secret', 'headers.authorization', 'proxyUrl'])(
    'is not shown where it may be a secret: %s',
    (field) => {
      expect(said('s3cret', field)).toBe(`${field} must be a number; got string.`);
    },
  );

  it('is shown as unreadable where it is', () => {
    expect(said(thrower)).toBe('limit must be a number; got something unreadable.');
  });

  it('says where it happened', () => {
    expect(wrongInput('a', 'must be', 1, 'submitting')).toMatchObject({ code: 'invalid-input', stage: 'submitting' });
  });
});

it('reads what can be read', () => {
  expect([readSafely(() => 5), readSafely(fail)]).toEqual([5, undefined]);
});
