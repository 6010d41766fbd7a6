import { createHash } from 'node:crypto';
import { createCRC64 } from 'hash-wasm';
import { describe, expect, it } from 'vitest';
import { openSandbox } from '../../../fixtures/sandbox-client.ts';

describe('a result', () => {
  it('comes with OSS’s headers, and they are true', async () => {
    const client = await openSandbox();
    const { url } = await client.finishedLink();
    const { response, bytes } = await client.download(url);
    const crc = await createCRC64();
    crc.init();
    crc.update(bytes);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': String(bytes.length),
      'accept-ranges': 'bytes',
      etag: `"${createHash('md5').update(bytes).digest('hex').toUpperCase()}"`,
      'last-modified': expect.stringMatching(/GMT$/),
      'x-oss-hash-crc64ecma': BigInt(`0x${crc.digest('hex')}`).toString(),
      'x-oss-request-id': expect.any(String),
      'x-oss-object-type': 'Normal',
      'x-reelkeep-sandbox': '1',
    });
  });

  it('uses the CRC that the provider uses', async () => {
    const crc = await createCRC64();
    crc.init();
    crc.update('123456789');
    expect(BigInt(`0x${crc.digest('hex')}`)).toBe(11051210869376104954n);
  });

  it.each([
    ['bytes=0-99', 206, 0, 100],
    ['bytes=100-', 206, 100, 'end'],
    ['bytes=-100', 206, -100, 'end'],
    ['bytes=0-', 206, 0, 'end'],
    ['bytes=LAST-', 206, -1, 'end'],
    ['bytes=0-SIZE', 200, 0, 'end'],
    ['bytes=SIZE-', 200, 0, 'end'],
    ['bytes=10-5', 200, 0, 'end'],
    ['bytes=0-1,5-6', 200, 0, 'end'],
    ['items=0-1', 200, 0, 'end'],
    ['bytes=-0', 200, 0, 'end'],
    ['bytes=-', 200, 0, 'end'],
  ] as const)('answers Range %s with %i', async (template, status, start, length) => {
    const client = await openSandbox();
    const { url } = await client.finishedLink();
    const whole = (await client.download(url)).bytes;
    const range = template.replace('SIZE', String(whole.length)).replace('LAST', String(whole.length - 1));
    const { response, bytes } = await client.download(url, { range });
    const from = start < 0 ? whole.length + start : start;
    const until = length === 'end' ? whole.length : from + length;
    expect(response.status).toBe(status);
    expect(bytes.equals(whole.subarray(from, until))).toBe(true);
    const contentRange = status === 206 ? `bytes ${from}-${until - 1}/${whole.length}` : null;
    expect(response.headers.get('content-range')).toBe(contentRange);
    expect(response.headers.get('content-length')).toBe(String(until - from));
  });

  it('keeps the CRC of the whole object on a part', async () => {
    const client = await openSandbox();
    const { url } = await client.finishedLink();
    const crcOf = async (headers = {}) =>
      (await client.download(url, headers)).response.headers.get('x-oss-hash-crc64ecma');
    expect(await crcOf({ range: 'bytes=5-9' })).toBe(await crcOf());
  });

  it.each([
    ['if-match', 'ETAG', 206],
    ['if-match', '"0123"', 412],
    ['if-none-match', 'ETAG', 304],
    ['if-none-match', '"0123"', 206],
    ['if-modified-since', 'Sun, 01 Nov 2026 00:00:00 GMT', 304],
    ['if-unmodified-since', 'Thu, 01 Jan 2026 00:00:00 GMT', 412],
    ['if-unmodified-since', 'Sun, 01 Nov 2026 00:00:00 GMT', 206],
  ])('answers %s: %s with %i', async (name, value, status) => {
    const client = await openSandbox();
    const { url } = await client.finishedLink();
    const etag = (await client.download(url)).response.headers.get('etag') ?? '';
    const { response, bytes } = await client.download(url, { range: 'bytes=0-9', [name]: value.replace('ETAG', etag) });
    expect(response.status).toBe(status);
    if (status === 412) expect(bytes.toString()).toContain('<Code>PreconditionFailed</Code>');
    if (status === 304) expect(bytes.length).toBe(0);
  });
});
