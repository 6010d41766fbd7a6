import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatDeadline,
  formatDollars,
  formatDuration,
  printable,
} from '../../../../scripts/shared/views/format.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('amounts for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [88_403, '88.4 kB'],
    [99_960, '100 kB'],
    [999_600, '1.0 MB'],
    [1_234_567, '1.2 MB'],
    [4 * 1024 ** 3, '4.3 GB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [-5, '0 s'],
    [1499, '1 s'],
    [59_600, '1 min'],
    [3 * MINUTE + 5000, '3 min 5 s'],
    [HOUR - 400, '1 h'],
    [3 * HOUR + 12 * MINUTE + 40_000, '3 h 12 min'],
    [27 * HOUR, '1 d 3 h'],
  ])('%d ms are %s', (ms, text) => expect(formatDuration(ms)).toBe(text));

  it.each([
    [null, 'price unknown'],
    [undefined, 'price unknown'],
    [0, '$0.00'],
    [0.5, '$0.50'],
    [0.004, '$0.004'],
    [12, '$12.00'],
  ])('%s dollars are %s: an unknown price is never none', (usd, text) => expect(formatDollars(usd)).toBe(text));

  it('says how long a link has, and when it is dead', () => {
    const nowMs = Date.parse('2026-11-21T12:00:00Z');
    expect(formatDeadline('2026-11-21T15:12:00Z', nowMs)).toBe('link expires in 3 h 12 min');
    expect(formatDeadline('2026-11-21T11:59:59Z', nowMs)).toBe('link has expired');
    expect(formatDeadline(undefined, nowMs)).toBeUndefined();
  });

  it('lets no text steer the terminal', () => {
    expect(printable('a\u001b[2Jb\u0007\u009b1mc\rd\ne')).toBe('a [2Jb  1mc d\ne');
  });
});
