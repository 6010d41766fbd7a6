import { describe, expect, it } from 'vitest';
import { backoffDelayMs, retryAfterMs } from '#lib/base/backoff.ts';

describe('retryAfterMs', () => {
  const nowMs = Date.UTC(2026, 10, 21, 12, 0, 0);
  it.each([
    ['5', 5000],
    ['0', 0],
    [' 1.5 ', 1500],
    ['Sat, 21 Nov 2026 12:00:10 GMT', 10_000],
    ['Sat, 21 Nov 2026 11:00:00 GMT', 0],
    ['-3', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s asks for %s ms', (header, expected) => {
    expect(retryAfterMs(header, nowMs)).toBe(expected);
  });
});

describe('backoffDelayMs', () => {
  const options = { baseMs: 100, maxMs: 1000 };
  it.each([
    [1, 0, 50],
    [1, 0.999999, 100],
    [3, 0, 200],
    [10, 0, 500],
    [10, 0.999999, 1000],
    [5000, 0.999999, 1000],
  ])('after %i failures with chance %d waits about %d ms', (failures, chance, expected) => {
    expect(backoffDelayMs(failures, options, { random: () => chance })).toBeCloseTo(expected, 1);
  });
});
