import { createHash } from 'node:crypto';
import { createCRC64 } from 'hash-wasm';
import { describe, expect, it } from 'vitest';
import { openSandbox } from '../../../fixtures/sandbox-client.ts';

const HOUR_MS = 3_600_000;

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

describe('a link', () => {
  it.each([
    ['another signature', (url: string) => url.replace('Signature=', 'Signature=x'), {}, 403, 'SignatureDoesNotMatch'],
    ['a later expiry', (url: string) => url.replace(/Expires=(\d+)/, 'Expires=9$1'), {}, 403, 'SignatureDoesNotMatch'],
    ['another key id', (url: string) => url.replace('KeyId=', 'KeyId=x'), {}, 403, 'SignatureDoesNotMatch'],
    ['another object', (url: string) => url.replace('.mp4', 'x.mp4'), {}, 403, 'SignatureDoesNotMatch'],
    ['an x-oss- header', (url: string) => url, { 'x-oss-range-behavior': 'standard' }, 403, 'SignatureDoesNotMatch'],
    ['no query', (url: string) => url.replace(/\?.*/, ''), {}, 403, 'AccessDenied'],
    ['an Authorization header', (url: string) => url, { authorization: 'Bearer sk-leaked' }, 400, 'InvalidArgument'],
  ])('with %s is refused in XML', async (_name, change, headers, status, code) => {
    const client = await openSandbox();
    const { url } = await client.finishedLink();
    const { response, bytes } = await client.download(change(url), headers);
    expect([response.status, response.headers.get('content-type')]).toEqual([status, 'application/xml']);
    expect(bytes.toString()).toContain(`<Code>${code}</Code>`);
  });

  it('made for GET does not do for HEAD', async () => {
    const client = await openSandbox();
    const { url } = await client.finishedLink();
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(403);
  });

  it('expires, and reading the task again gives a fresh one', async () => {
    const client = await openSandbox({ linkTtlMs: HOUR_MS });
    const { taskId, url } = await client.finishedLink();
    expect(new URL(url).searchParams.get('Expires')).toBe(String((client.clock.now() + HOUR_MS) / 1000));
    client.clock.advance(HOUR_MS);
    const { response, bytes } = await client.download(url);
    expect(response.status).toBe(403);
    expect(bytes.toString()).toMatch(
      /<Message>Request has expired\.<\/Message>[\s\S]*<Expires>.*Z<\/Expires>[\s\S]*<ServerTime>/,
    );
    const fresh = await client.link(taskId);
    expect(fresh).not.toBe(url);
    expect((await client.download(fresh)).response.status).toBe(200);
  });

  it('differs at every reading, and never outlives the object', async () => {
    const client = await openSandbox();
    const { taskId, url } = await client.finishedLink();
    const expiry = (link: string) => Number(new URL(link).searchParams.get('Expires')) * 1000;
    client.clock.advance(20 * HOUR_MS);
    const later = await client.link(taskId);
    expect(later).not.toBe(url);
    expect(expiry(later)).toBeLessThanOrEqual(Date.UTC(2026, 10, 22) + 1000);
  });

  it('to nothing is NoSuchKey, to a host path that is not there a refusal', async () => {
    const client = await openSandbox();
    const { url } = await client.finishedLink();
    client.sandbox.reset();
    expect((await client.download(url)).bytes.toString()).toContain('<Code>NoSuchKey</Code>');
    expect((await fetch(new URL('/elsewhere', url))).status).toBe(403);
  });
});

it('logs what came in, without a secret, and says when credentials came to the wrong host', async () => {
  const client = await openSandbox({ apiKey: 'sk-secret-1234' });
  const { taskId, url } = await client.finishedLink();
  await client.download(url, { range: 'bytes=0-9', 'if-match': '*' });
  await client.download(url, { authorization: 'Bearer sk-secret-1234' });
  const log = client.sandbox.requests();
  expect(log.map(({ method, status }) => `${method} ${status}`)).toEqual(['POST 200', 'GET 200', 'GET 206', 'GET 400']);
  expect(log[2]).toMatchObject({ taskId, range: 'bytes=0-9', ifMatch: '*', bodyBytesSent: 10, finished: true });
  expect(log.map(({ sentCredentials }) => sentCredentials)).toEqual([true, true, false, true]);
  expect(JSON.stringify(log)).not.toMatch(/sk-secret|Signature|Expires/);
});
