import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECURITY_HEADERS } from '#lib/web/http/security-headers.ts';
import { problemSchema } from '#lib/web/server/api-schema.ts';
import { type RunningApp, startApp } from '../fixtures/app/built-app.ts';
import { type RawRequest, sendBytes, sendRaw } from '../fixtures/app/raw-request.ts';

const VIDEO = '/api/videos/eiffel-tower/1900';
const HOST = 'host: 127.0.0.1';
const MEGABYTE = 1024 * 1024;

let app: RunningApp;
beforeAll(async () => {
  app = await startApp();
}, 300_000);
afterAll(() => app.stop());

const post = (more: RawRequest, path = VIDEO) =>
  sendRaw(app.url, path, { method: 'POST', headers: { 'content-type': 'application/json' }, ...more });
/** Head and body of an answer as it came over the socket. */
const split = (answer: string) => answer.split('\r\n\r\n', 2);

describe('a large body', () => {
  const orderOf = (sizeBytes: number) => JSON.stringify({ negativePrompt: 'x'.repeat(sizeBytes) });

  it.each([
    ['128 KiB', 128 * 1024],
    ['1 MB', MEGABYTE],
  ])('of %s is too large, whether it says how long it is or not', async (_name, sizeBytes) => {
    for (const isChunked of [false, true]) {
      const answer = await post({ body: orderOf(sizeBytes), isChunked });
      expect([answer.status, problemSchema.parse(answer.json()).code]).toEqual([413, 'too-large']);
    }
  });

  it('is refused before it is there', async () => {
    const head = `POST ${VIDEO} HTTP/1.1\r\n${HOST}\r\ncontent-type: application/json\r\ncontent-length: ${MEGABYTE}`;
    expect(await sendBytes(app.url, `${head}\r\n\r\n{}`, /too-large/)).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('behind a length that is too small is not read as one', async () => {
    const head = `POST ${VIDEO} HTTP/1.1\r\n${HOST}\r\ncontent-type: application/json\r\ncontent-length: 10`;
    const answer = await sendBytes(app.url, `${head}\r\n\r\n${orderOf(100)}`);
    // The first ten bytes are no order; what follows them is no request, and ends the connection.
    expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].every(([, status]) => status === '400')).toBe(true);
  });

  it('with two lengths is not read at all', async () => {
    const head = `POST ${VIDEO} HTTP/1.1\r\n${HOST}\r\ncontent-length: 2\r\ntransfer-encoding: chunked`;
    expect(await sendBytes(app.url, `${head}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('in the login form is too large, too', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: app.url };
    expect((await post({ headers, body: `token=${'x'.repeat(MEGABYTE)}` }, '/login?/login')).status).toBe(413);
  });

  it('is nothing that the log would complain of, and buys nothing', () => {
    expect(app.log()).not.toMatch(/"level":"(warn|error)"/);
    expect(app.sandbox.submissions()).toEqual([]);
  });
});

describe('HTTP/1.0', () => {
  it('may look', async () => {
    const [head = '', body = ''] = split(await sendBytes(app.url, `GET /api/videos HTTP/1.0\r\n${HOST}\r\n\r\n`));
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(JSON.parse(body).access).toMatchObject({ allowed: false, canLogIn: false });
  });

  // What nginx makes of every visitor's request with a bare `proxy_pass http://127.0.0.1:3000`.
  it('may not buy without a token, for it comes through a proxy', async () => {
    const head = `POST ${VIDEO} HTTP/1.0\r\n${HOST}\r\nconnection: close\r\ncontent-type: application/json`;
    const [status = '', body = ''] = split(await sendBytes(app.url, `${head}\r\ncontent-length: 2\r\n\r\n{}`));
    expect(status).toMatch(/^HTTP\/1\.1 403 /);
    expect(JSON.parse(body).type).toBe('urn:reelkeep:problem:not-allowed');
    expect(app.sandbox.submissions()).toEqual([]);
  });

  it('without a host is told so, and nothing plain gets into the log', async () => {
    const [head = '', body = ''] = split(await sendBytes(app.url, 'GET /api/videos HTTP/1.0\r\n\r\n'));
    expect(head).toMatch(/^HTTP\/1\.1 400 [\s\S]*application\/problem\+json/);
    expect(problemSchema.parse(JSON.parse(body)).code).toBe('invalid-input');
    expect(app.log()).not.toContain('Could not determine');
  });
});

describe('static files', () => {
  it('carry the security headers like everything else', async () => {
    const page = String((await sendRaw(app.url, '/', { headers: { accept: 'text/html' } })).body);
    const [immutable = ''] = /\/_app\/immutable\/[\w./-]+\.js/.exec(page) ?? [];
    for (const path of ['/favicon.svg', immutable]) {
      for (const headers of [{}, { 'if-none-match': '*' }, { range: 'bytes=0-9' }]) {
        expect((await sendRaw(app.url, path, { headers })).headers).toMatchObject(SECURITY_HEADERS);
      }
    }
    expect((await sendRaw(app.url, immutable)).headers['cache-control']).toContain('immutable');
  });
});

describe('the log of a server without an admin token', () => {
  const real = { DASHSCOPE_HTTP_BASE_URL: 'https://dashscope.invalid' };
  it.each([
    ['that can spend money warns of proxies', real, true],
    ['that has a token does not', { ...real, REELKEEP_ADMIN_TOKEN: 'the-admin-token-of-this-test' }, false],
    ['that runs on the sandbox does not', {}, false],
  ])('%s', async (_name, env, isWarned) => {
    const one = await startApp({ env });
    await one.stop();
    expect(/"level":"warn".*REELKEEP_ADMIN_TOKEN.*proxy/.test(one.log())).toBe(isWarned);
  });
});
