import { describe, expect, test } from 'vitest';
import { captureAsset } from '#lib/capture/capture.server.ts';
import { captureSettings } from '#lib/capture/options/settings.server.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';

const LONGEST_TIMER_MS = 2 ** 31 - 1;
const url = 'http://127.0.0.1:1/v.mp4';

describe('what is no option of a capture', () => {
  test.each<[string, string, unknown]>([
    ['options', 'must be an object', null],
    ['options', 'must be an object', []],
    ['signal', 'must be an AbortSignal; got 5', { signal: 5 }],
    ['onProgress', 'must be a function; got 5', { onProgress: 5 }],
    ['maxBytes', 'a number of bytes above 0; got 0', { maxBytes: 0 }],
    ['maxBytes', 'a number of bytes above 0; got -5', { maxBytes: -5 }],
    ['maxBytes', 'a number of bytes above 0; got "5"', { maxBytes: '5' }],
    ['stallTimeoutMs', 'a number above 0; got NaN', { stallTimeoutMs: Number.NaN }],
    ['stallTimeoutMs', 'a number above 0; got "x"', { stallTimeoutMs: 'x' }],
    ['connectTimeoutMs', 'a number above 0; got 0', { connectTimeoutMs: 0 }],
    ['retryBaseMs', 'a number above 0; got -1', { retryBaseMs: -1 }],
    ['retryMaxMs', 'a number above 0; got a Date', { retryMaxMs: new Date() }],
    ['busyTimeoutMs', 'a number of 0 or more; got -1', { busyTimeoutMs: -1 }],
    ['allowPrivateNetwork', 'must be true or false; got "false"', { allowPrivateNetwork: 'false' }],
    ['expected', 'must be an object', { expected: 'x' }],
    ['expected.sizeBytes', 'whole number of bytes above 0; got 1.5', { expected: { sizeBytes: 1.5 } }],
    ['expected.crc64', 'in decimal, as text; got "0xff"', { expected: { crc64: '0xff' } }],
    ['expected.crc64', 'in decimal, as text; got 5', { expected: { crc64: 5 } }],
    ['expected.sha256', '64 hexadecimal digits; got "abc"', { expected: { sha256: 'abc' } }],
    ['partTag', 'letters, digits and underscores; got "../x"', { partTag: '../x' }],
    ['options', 'could not be read', new Proxy({}, { get: () => fail() })],
  ])('%s: %s', async (name, rule, options) => {
    const capture: (asset: unknown, path: unknown, options: unknown) => Promise<unknown> = captureAsset as never;
    const error = await rejection(capture({ url }, '/nowhere/v.mp4', options));
    expect(error).toMatchObject({ name: 'ReelError', code: 'invalid-input', stage: 'downloading' });
    expect(String(error)).toContain(`ReelError: ${name} `);
    expect(String(error)).toContain(rule);
  });

  test.each<[string, unknown]>([
    ['url', { url: 5 }],
    ['url', {}],
    ['expiresAt', { url, expiresAt: 'tomorrow' }],
    ['expiresAt', { url, expiresAt: new Date(Number.NaN) }],
    ['refresh', { url, refresh: 'x' }],
    ['headers', { url, headers: 's3cret' }],
    ['headers.authorization', { url, headers: { authorization: ['s3cret'] } }],
  ])('%s of the link', async (name, asset) => {
    const capture: (asset: unknown, path: string) => Promise<unknown> = captureAsset as never;
    const error = await rejection(capture(asset, '/nowhere/v.mp4'));
    expect(error).toMatchObject({ name: 'ReelError', code: 'invalid-input', stage: 'downloading' });
    expect(String(error)).toContain(`ReelError: ${name} must be `);
    expect(String(error)).not.toContain('s3cret');
  });

  test.each([5, null, undefined, ''])('the path %j', async (path) => {
    const capture: (asset: unknown, path: unknown) => Promise<unknown> = captureAsset as never;
    expect(await rejection(capture({ url }, path))).toMatchObject({ name: 'ReelError', code: 'invalid-input' });
  });
});

describe('what is left out', () => {
  test('has the defaults that the documentation says', () => {
    expect(captureSettings({ url }, {})).toMatchObject({
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
    const settings = captureSettings({ url }, { stallTimeoutMs: ms, connectTimeoutMs: ms, retryMaxMs: ms });
    expect(settings).toMatchObject({
      stallTimeoutMs: LONGEST_TIMER_MS,
      connectTimeoutMs: LONGEST_TIMER_MS,
      backoff: { maxMs: LONGEST_TIMER_MS },
    });
  });
});

function fail(): never {
  throw new Error('this getter throws');
}
