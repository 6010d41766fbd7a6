import { describe, expect, test } from 'vitest';
import { captureSettings } from '#lib/capture/options/settings.server.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;

test.each(['0xff', '', 'x', `${2n ** 64n}`])('a checksum of %j is refused, and not left out', (crc64) => {
  const refusal = expect.objectContaining({
    code: 'invalid-input',
    message: expect.stringMatching(/^expected\.crc64 /),
  });
  expect(() => captureSettings({ expected: { crc64 } })).toThrow(refusal);
});

describe('what is left out', () => {
  test('has the defaults that the documentation says', () => {
    expect(captureSettings({})).toMatchObject({
      maxBytes: 4 * 1024 ** 3,
      stallTimeoutMs: 30_000,
      connectTimeoutMs: 15_000,
      allowPrivateNetwork: false,
      backoff: { baseMs: 1000, maxMs: 60_000 },
      busyTimeoutMs: 600_000,
    });
  });
});

describe('a time without end', () => {
  test.each([Number.POSITIVE_INFINITY, 1e12])('%d is the longest that a timer takes, not 1 ms', (ms) => {
    const settings = captureSettings({ stallTimeoutMs: ms, connectTimeoutMs: ms, retryMaxMs: ms });
    expect(settings).toMatchObject({
      stallTimeoutMs: LONGEST_TIMER_MS,
      connectTimeoutMs: LONGEST_TIMER_MS,
      backoff: { maxMs: LONGEST_TIMER_MS },
    });
  });
});
