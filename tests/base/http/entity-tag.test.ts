import { describe, expect, it } from 'vitest';
import { allowsRange, matchesStrongly, matchesWeakly } from '#lib/base/http/entity-tag.ts';

const TAG = '"abc"';

describe('If-None-Match', () => {
  it.each<[string | null, boolean]>([
    [null, false],
    ['', false],
    ['"abc"', true],
    ['W/"abc"', true],
    ['*', true],
    [' * ', true],
    ['"x", "abc"', true],
    ['"x","y" , W/"abc"', true],
    ['"abcd"', false],
    ['abc', false],
    ['"ab,c", "abc"', true],
  ])('%s', (header, expected) => {
    expect(matchesWeakly(header, TAG)).toBe(expected);
  });

  it('matches a weak tag of ours too', () => {
    expect([matchesWeakly('W/"1-2"', 'W/"1-2"'), matchesWeakly('"1-2"', 'W/"1-2"')]).toEqual([true, true]);
  });
});

describe('If-Match', () => {
  it.each<[string, string, boolean]>([
    ['"abc"', TAG, true],
    ['*', TAG, true],
    ['"x", "abc"', TAG, true],
    ['W/"abc"', TAG, false],
    ['W/"abc"', 'W/"abc"', false],
    ['"x"', TAG, false],
  ])('%s against %s', (header, etag, expected) => {
    expect(matchesStrongly(header, etag)).toBe(expected);
  });
});

describe('If-Range', () => {
  it.each<[string | null, string, boolean]>([
    [null, TAG, true],
    ['"abc"', TAG, true],
    ['"abd"', TAG, false],
    ['W/"abc"', TAG, false],
    ['W/"abc"', 'W/"abc"', false],
    ['Sat, 21 Nov 2026 12:00:00 GMT', TAG, false],
    ['*', TAG, false],
  ])('%s against %s', (header, etag, expected) => {
    expect(allowsRange(header, etag)).toBe(expected);
  });
});
