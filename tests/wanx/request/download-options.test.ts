import { describe, expect, test } from 'vitest';
import { downloadVideo } from '#lib/wanx/index.ts';
import { rejection } from '../../fixtures/wire/dashscope.ts';
import { untyped } from '../../fixtures/wrong-types.ts';

const url = 'http://127.0.0.1:1/v.mp4';
const path = '/nowhere/v.mp4';
const download = untyped(downloadVideo);

describe('what is no option of a download', () => {
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
    ['patienceMs', 'a number above 0; got 0', { patienceMs: 0 }],
    ['patienceMs', 'a number above 0; got NaN', { patienceMs: Number.NaN }],
    ['busyTimeoutMs', 'a number of 0 or more; got -1', { busyTimeoutMs: -1 }],
    ['allowPrivateNetwork', 'must be true or false; got "false"', { allowPrivateNetwork: 'false' }],
    ['expiresAt', 'must be a valid Date; got "tomorrow"', { expiresAt: 'tomorrow' }],
    ['expiresAt', 'must be a valid Date; got an invalid Date', { expiresAt: new Date(Number.NaN) }],
    ['refresh', 'must be a function; got "x"', { refresh: 'x' }],
    ['resolve', 'must be a function; got 5', { resolve: 5 }],
    ['expected', 'must be an object', { expected: 'x' }],
    ['expected.sizeBytes', 'whole number of bytes above 0; got 1.5', { expected: { sizeBytes: 1.5 } }],
    ['expected.crc64', 'in decimal, as text; got "0xff"', { expected: { crc64: '0xff' } }],
    ['expected.crc64', 'must be text; got 5', { expected: { crc64: 5 } }],
    ['expected.sha256', '64 hexadecimal digits; got "abc"', { expected: { sha256: 'abc' } }],
    ['proxy', 'must be an object with https', { proxy: 'http://jo:topsecret@127.0.0.1:1' }],
    ['proxy.https', 'must be text; got number', { proxy: { https: 3128 } }],
    ['options', 'could not be read', new Proxy({}, { get: () => expect.unreachable() })],
  ])('%s: %s', async (name, rule, options) => {
    const error = await rejection(download(url, path, options));
    expect(error).toMatchObject({ name: 'ReelError', code: 'invalid-input', stage: 'downloading' });
    expect(String(error)).toContain(`ReelError: ${name} `);
    expect(String(error)).toContain(rule);
    expect(String(error)).not.toContain('topsecret');
  });

  test.each([5, null, undefined, ''])('the URL %j', async (wrong) => {
    expect(await rejection(download(wrong, path))).toMatchObject({ name: 'ReelError', code: 'invalid-input' });
  });

  test.each([5, null, undefined, ''])('the path %j', async (wrong) => {
    expect(await rejection(download(url, wrong))).toMatchObject({ name: 'ReelError', code: 'invalid-input' });
  });
});
