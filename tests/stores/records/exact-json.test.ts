import { describe, expect, it } from 'vitest';
import { parseExactly } from '#lib/stores/records/exact-json.ts';

describe('parseExactly', () => {
  it.each(['11051210869376104954', '-9007199254740993', '100000000000000000000001', '9'.repeat(400)])(
    'keeps the digits of an integer that no number can hold (%#)',
    (integer) => {
      const text = `{"theirs":${integer},"deep":[[${integer}],{"a":${integer}}]}`;
      expect(JSON.stringify(parseExactly(text))).toBe(text);
    },
  );

  it.each([
    ['a number that loses nothing', '{"n":9007199254740992}', { n: 9_007_199_254_740_992 }],
    ['an exponent', '[1e19]', [1e19]],
    ['a fraction, which is rounded as everywhere', '[0.12345678901234567890]', [0.123_456_789_012_345_68]],
    ['a text of digits', '["11051210869376104954"]', ['11051210869376104954']],
    ['a hash beside a long number', '{"sha":"a1105121086937610495","n":1}', { sha: 'a1105121086937610495', n: 1 }],
    ['a text that looks like JSON', '["x: 11051210869376104954,"]', ['x: 11051210869376104954,']],
  ])('gives %s as usual', (_what, text, value) => {
    expect(parseExactly(text)).toEqual(value);
  });

  it('refuses what JSON.parse refuses, with a long number as well', () => {
    for (const text of ['', '[1', '[ 11051210869376104954']) expect(() => parseExactly(text)).toThrow(SyntaxError);
  });
});
