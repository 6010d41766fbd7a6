import { describe, expect, it } from 'vitest';
import { findJsonError, lineAndColumn } from '#lib/stores/records/json-syntax.ts';

describe('findJsonError', () => {
  it.each([
    '[]',
    ' {"a": [1, -2.5e-3, "\\u00e9\\n", true, null, {}]}\r\n',
    '"text"',
    '0',
    '[[[]], {"": ""}]',
    '["\u007f\u0085\ud800"]',
  ])('finds nothing in %j, as JSON.parse', (text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(findJsonError(text)).toBeUndefined();
  });

  it.each([
    ['', 0],
    ['[', 1],
    ['[1, ]', 4],
    ['[1 2]', 3],
    ['{"a" 1}', 5],
    ['{"a": 1,}', 8],
    ['{a: 1}', 1],
    ['{1: 1}', 1],
    ['[}', 1],
    ['{]', 1],
    ['{"a": 1]', 7],
    ['[1}', 2],
    ['[1],', 3],
    ['[01]', 1],
    ['[+1]', 1],
    ['[.5]', 1],
    ['[1.]', 1],
    ['[nulll]', 1],
    ["['a']", 1],
    ['["\\x"]', 1],
    ['["a\nb"]', 1],
    ['["open', 1],
    ['\u00a0[]', 0],
    ['["long", "text", "before", "a", "mistake", !]', 43],
  ])('finds the mistake in %j at %i', (text, offset) => {
    expect(() => JSON.parse(text)).toThrow(SyntaxError);
    expect(findJsonError(text)).toBe(offset);
  });

  it('gets through strings and nesting of any size', () => {
    expect(findJsonError(`["${'x'.repeat(2_000_000)}", ?]`)).toBe(2_000_005);
    expect(findJsonError('['.repeat(100_000))).toBe(100_000);
  });
});

describe('lineAndColumn', () => {
  it.each([
    ['ab\ncd', 0, 'line 1, column 1'],
    ['ab\ncd', 2, 'line 1, column 3'],
    ['ab\ncd', 3, 'line 2, column 1'],
    ['ab\ncd', 5, 'line 2, column 3'],
  ])('of %j at %i is %s', (text, offset, expected) => {
    expect(lineAndColumn(text, offset)).toBe(expected);
  });
});
