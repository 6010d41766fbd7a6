import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatDate,
  formatDollars,
  formatDuration,
  formatMoment,
  formatPlayTime,
  formatSeconds,
  formatShare,
} from '#lib/components/words/format.ts';

/** Numbers and units are held together by a space that does not break. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('numbers for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [999.6, '1.0 kB'],
    [1234, '1.2 kB'],
    [99_950, '100 kB'],
    [999_500, '1.0 MB'],
    [3_456_789, '3.5 MB'],
    [-5, '0 B'],
    [5e15, '5000 TB'],
  ])('%d bytes is %s', (bytes, words) => expect(plain(formatBytes(bytes))).toBe(words));

  it.each([
    [1_200_000, 3_400_000, '1.2 of 3.4 MB'],
    [800_000, 3_400_000, '800 kB of 3.4 MB'],
  ])('%d of %d bytes is %s', (part, whole, words) => expect(plain(formatShare(part, whole))).toBe(words));

  it.each([
    [0, '0 s'],
    [-4000, '0 s'],
    [42_400, '42 s'],
    [59_600, '1 min'],
    [130_000, '2 min 10 s'],
    [7_620_000, '2 h 7 min'],
    [97_200_000, '1 d 3 h'],
  ])('%d ms is %s', (ms, words) => expect(plain(formatDuration(ms))).toBe(words));

  it.each([
    [null, 'price unknown'],
    [undefined, 'price unknown'],
    [0, '$0.00'],
    [0.5, '$0.50'],
    [0.0042, '$0.004'],
    [12.345, '$12.35'],
  ])('%s dollars is %s', (usd, words) => expect(formatDollars(usd)).toBe(words));

  it('shows lengths and play times', () => {
    expect(plain(formatSeconds(5))).toBe('5 s');
    expect(plain(formatSeconds(5.04))).toBe('5.0 s');
    expect([0, 4.9, 72, Number.NaN, -1].map(formatPlayTime)).toEqual(['0:00', '0:04', '1:12', '0:00', '0:00']);
  });

  it('shows moments in UTC, and what is no moment as it is', () => {
    expect(plain(formatMoment('2026-11-21T19:05:59.999Z'))).toBe('21 Nov 2026, 19:05 UTC');
    expect(plain(formatDate('2026-12-31T23:59:00-02:00'))).toBe('1 Jan 2027');
    expect(formatMoment('soon')).toBe('soon');
  });

  it('counts in words', () => {
    expect(plain(formatCount(1, 'place'))).toBe('1 place');
    expect(plain(formatCount(0, 'place'))).toBe('0 places');
    expect(plain(formatCount(2, 'entry', 'entries'))).toBe('2 entries');
  });
});
