import { describe, expect, it } from 'vitest';
import { retryDelayMs } from '#lib/openai-videos/assets/job/retry.ts';

const HOUR = 3_600_000;

describe('the wait for the next try', () => {
  it.each([
    ['the first', 1, 0, HOUR, 1000],
    ['the second', 2, 0, HOUR, 2000],
    ['the third', 3, 0, HOUR, 4000],
    ['later ones, with jitter', 4, 0, HOUR, 6000],
    ['later ones', 6, 0, HOUR, 24_000],
    ['the longest', 7, 0, HOUR, 45_000],
    ['after a thousand failures', 1000, 0, HOUR, 45_000],
    ['as the service asked', 1, 30_000, HOUR, 30_000],
    ['not less than our own', 3, 500, HOUR, 4000],
    ['so that the last try comes before the deadline', 7, 0, 10_000, 9000],
    ['whatever the service asked', 1, 600_000, 10_000, 9000],
    ['but no hot loop', 7, 0, 10, 1000],
    ['once the deadline has passed', 2, 0, -5, 2000],
  ])('is %s', (_what, retryCount, retryAfterMs, leftMs, waitMs) => {
    expect(retryDelayMs({ retryCount, retryAfterMs, leftMs }, { random: () => 0.5 })).toBe(waitMs);
  });
});
