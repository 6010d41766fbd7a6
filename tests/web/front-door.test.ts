import { describe, expect, it } from 'vitest';
import { problemSchema } from '#lib/web/api-schema.ts';
import { frontDoor } from '#lib/web/front-door.server.ts';
import { SECURITY_HEADERS } from '#lib/web/security-headers.ts';
import { loopback } from '../fixtures/loopback.ts';
import { sendBytes, sendRaw } from '../fixtures/raw-request.ts';

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
