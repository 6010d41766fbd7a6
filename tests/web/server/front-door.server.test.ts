import type { RequestListener, ServerResponse } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { SECURITY_HEADERS } from '#lib/web/http/security-headers.ts';
import { problemSchema } from '#lib/web/server/api-schema.ts';
import { frontDoor } from '#lib/web/server/front-door.server.ts';
import { sendBytes, sendRaw } from '../../fixtures/app/raw-request.ts';
import { loopback } from '../../fixtures/wire/loopback.ts';

describe('the front door', () => {
  it('puts the security headers on what says nothing of them, and lets the app have its own', async () => {
    const origin = await loopback(
      frontDoor((request, response) => {
        if (request.url === '/page') response.setHeader('content-security-policy', "default-src 'self'");
        response.writeHead(200, { 'cache-control': 'immutable' }).end('body');
      }),
    );
    const file = await sendRaw(origin, '/file');
    expect(file.headers).toMatchObject({ ...SECURITY_HEADERS, 'cache-control': 'immutable' });
    expect(String(file.body)).toBe('body');
    expect((await sendRaw(origin, '/page')).headers['content-security-policy']).toBe("default-src 'self'");
  });

  it.each(['GET / HTTP/1.0\r\n\r\n', 'GET / HTTP/1.0\r\nHost:\r\n\r\n'])(
    'answers who names no host, without asking the app: %j',
    async (bytes) => {
      const asked: unknown[] = [];
      const origin = await loopback(frontDoor((request) => void asked.push(request.url)));
      const [head = '', body = ''] = (await sendBytes(origin, bytes)).split('\r\n\r\n', 2);
      expect(head).toMatch(/^HTTP\/1\.1 400 [\s\S]*application\/problem\+json/);
      expect(problemSchema.parse(JSON.parse(body))).toMatchObject({ code: 'invalid-input', status: 400 });
      expect(asked).toEqual([]);
    },
  );
});

describe('compression', () => {
  const TEXT = '{"key":"eiffel-tower/1900"}'.repeat(500);
  const decoders = { br: brotliDecompressSync, gzip: gunzipSync, deflate: inflateSync };

  /** A server with one answer, and how to ask it. */
  async function answering(headers: Record<string, string>, status = 200) {
    const answer: RequestListener = (request, response) => {
      response.writeHead(status, headers);
      if (request.method === 'HEAD') response.end();
      else response.end(TEXT);
    };
    const origin = await loopback(frontDoor(answer));
    return (given: Record<string, string>, method = 'GET') => sendRaw(origin, '/', { headers: given, method });
  }

  it.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['GZIP;q=0.5', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=1, br;q=0.1', 'gzip'],
    ['deflate', 'deflate'],
    ['*', 'br'],
    ['br;q=0, *', 'gzip'],
    ['identity;q=0, gzip', 'gzip'],
  ] as const)('of text for who accepts %j is %s', async (accepted, encoding) => {
    const ask = await answering({ 'content-type': 'application/json', etag: '"tag"' });
    const { headers, body } = await ask({ 'accept-encoding': accepted });
    expect(headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding', etag: 'W/"tag"' });
    expect(headers['content-length']).toBeUndefined();
    expect(body.byteLength).toBeLessThan(TEXT.length / 10);
    expect(String(decoders[encoding](body))).toBe(TEXT);
  });

  it.each(['', 'identity', 'gzip;q=0', 'gzip;q=0, br;q=0, deflate;q=0', 'zstd', '*;q=0, identity'])(
    'is none for who accepts %j',
    async (accepted) => {
      const ask = await answering({ 'content-type': 'application/json' });
      const { headers, body } = await ask({ 'accept-encoding': accepted });
      expect([headers['content-encoding'], headers.vary]).toEqual([undefined, 'Accept-Encoding']);
      expect(String(body)).toBe(TEXT);
    },
  );

  it.each([
    ['a video', { 'content-type': 'video/mp4' }, 200],
    ['a part', { 'content-type': 'text/plain', 'content-range': 'bytes 0-9/10' }, 206],
    ['what is compressed', { 'content-type': 'text/plain', 'content-encoding': 'zstd', etag: '"tag"' }, 200],
    ['what is to stay as it is', { 'content-type': 'text/plain', 'cache-control': 'no-transform' }, 200],
  ])('is none of %s', async (_name, given, status) => {
    const ask = await answering(given, status);
    const { headers, body } = await ask({ 'accept-encoding': 'gzip, br' });
    expect(headers).toMatchObject(given);
    expect(String(body)).toBe(TEXT);
  });

  it.each(['text/html; charset=utf-8', 'application/problem+json', 'text/javascript', 'text/css', 'image/svg+xml'])(
    'is for every kind of text: %s',
    async (type) => {
      const ask = await answering({ 'content-type': type });
      expect((await ask({ 'accept-encoding': 'gzip' })).headers['content-encoding']).toBe('gzip');
    },
  );

  it('is none of an answer without a body, nor of a small one', async () => {
    const ask = await answering({ 'content-type': 'text/html', 'content-length': String(TEXT.length) });
    const { headers, body } = await ask({ 'accept-encoding': 'gzip' }, 'HEAD');
    expect([headers['content-encoding'], headers['content-length'], body.byteLength]).toEqual([
      undefined,
      String(TEXT.length),
      0,
    ]);
    const unchanged = await loopback(
      frontDoor((_request, response) => void response.writeHead(304, { 'content-type': 'text/html' }).end()),
    );
    const small = await loopback(frontDoor((_request, response) => void response.end('{}')));
    for (const origin of [unchanged, small])
      expect((await sendRaw(origin, '/', { headers: { 'accept-encoding': 'gzip' } })).headers).not.toHaveProperty(
        'content-encoding',
      );
  });

  it('holds no event back, whatever it is told of the cache', async () => {
    const held: ServerResponse[] = [];
    const origin = await loopback(
      frontDoor((_request, response) => {
        held.push(response);
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
      }),
    );
    const head = 'GET / HTTP/1.1\r\nhost: localhost\r\naccept-encoding: gzip\r\n\r\n';
    // It comes while the answer is still open.
    expect(await sendBytes(origin, head, /data: 1/)).not.toContain('content-encoding');
    expect(held).toHaveLength(1);
  });
});
