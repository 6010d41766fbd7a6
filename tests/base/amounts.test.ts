import { describe, expect, it } from 'vitest';
import { formatBytes, formatDollars, formatDuration, formatSeconds, formatShare } from '#lib/base/amounts.ts';

describe('amounts', () => {
  it.each([
    [0, '0 B'],
    [999.6, '1.0 kB'],
    [99_950, '100 kB'],
    [3_456_789, '3.5 MB'],
    [-5, '0 B'],
  ])('%d bytes is %s', (bytes, words) => expect(formatBytes(bytes)).toBe(words));

  it.each([
    [1_200_000, 3_400_000, '1.2 of 3.4 MB'],
    [800_000, 3_400_000, '800 kB of 3.4 MB'],
  ])('%d of %d bytes is %s', (part, whole, words) => expect(formatShare(part, whole)).toBe(words));

  it.each([
    [-4000, '0 s'],
    [59_600, '1 min'],
    [130_000, '2 min 10 s'],
    [7_620_000, '2 h 7 min'],
    [97_200_000, '1 d 3 h'],
  ])('%d ms is %s', (ms, words) => expect(formatDuration(ms)).toBe(words));

  it.each([
    [null, 'price unknown'],
    [0, '$0.00'],
    [0.0042, '$0.004'],
    [12.345, '$12.35'],
  ])('%s dollars is %s', (usd, words) => expect(formatDollars(usd)).toBe(words));

  it('keeps one digit of a broken second', () => expect([5, 5.04].map(formatSeconds)).toEqual(['5 s', '5.0 s']));
});
