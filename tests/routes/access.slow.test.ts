import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from '../fixtures/app/built-app.ts';
import { type RawRequest, sendRaw } from '../fixtures/app/raw-request.ts';

const VIDEO = '/api/videos/eiffel-tower/1900';
const TOKEN = 'the-admin-token-of-this-test';
const JSON_BODY = { headers: { 'content-type': 'application/json' }, body: '{}' };

/** The order is made, or was made and is ready. */
const TAKEN = [200, 202];

/** Methods and paths of everything that changes something. */
const CHANGES = [
  ['POST', VIDEO],
  ['DELETE', VIDEO],
  ['DELETE', `${VIDEO}?file=1`],
  ['POST', '/api/downloads/retry'],
  ['POST', '/login?/login'],
  ['POST', '/login?/logout'],
  ['POST', '/'],
] as const;

const CROSS_SITE: ReadonlyArray<[string, Record<string, string>]> = [
  ['a form', { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' }],
  ['an upload', { origin: 'https://evil.example', 'content-type': 'multipart/form-data; boundary=b' }],
  ['a text', { origin: 'https://evil.example', 'content-type': 'text/plain' }],
  ['JSON', { origin: 'https://evil.example', 'content-type': 'application/json' }],
  ['no type at all', { origin: 'https://evil.example' }],
  ['an odd type', { origin: 'https://evil.example', 'content-type': 'video/mp4' }],
  ['a hidden origin', { origin: 'null', 'content-type': 'application/json' }],
  ['fetch metadata alone', { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' }],
  ['another port', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }],
  ['a stolen token', { origin: 'https://evil.example', authorization: `Bearer ${TOKEN}` }],
];

describe('without an admin token', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp();
  }, 300_000);
  afterAll(() => app.stop());

  describe.each(CHANGES)('%s %s', (method, path) => {
    it.each(CROSS_SITE)('is refused from another site with %s', async (_name, headers) => {
      const answer = await sendRaw(app.url, path, { method, headers, body: 'token=x' });
      expect(answer.status).toBe(403);
      expect(answer.json()).toMatchObject({ type: 'urn:reelkeep:problem:cross-site', code: 'auth', status: 403 });
    });
  });

  it.each(['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'via', 'x-real-ip', 'cf-connecting-ip'])(
    'is closed to what a proxy passes on (%s)',
    async (name) => {
      const answer = await sendRaw(app.url, VIDEO, { method: 'POST', ...JSON_BODY, headers: { [name]: '127.0.0.1' } });
      expect([answer.status, answer.json().type]).toEqual([403, 'urn:reelkeep:problem:not-allowed']);
      const { access } = (await sendRaw(app.url, '/api/videos', { headers: { [name]: '127.0.0.1' } })).json();
      expect(access).toMatchObject({ allowed: false, canLogIn: false });
    },
  );

  it.each(['evil.example', '127.0.0.1.nip.io:3000'])('is closed to a page that rebound its name (%s)', async (host) => {
    const headers = {
      'content-type': 'application/json',
      host,
      origin: `http://${host}`,
      'sec-fetch-site': 'same-origin',
    };
    const answer = await sendRaw(app.url, VIDEO, { method: 'POST', headers, body: '{}' });
    expect([answer.status, answer.json().type]).toEqual([403, 'urn:reelkeep:problem:not-allowed']);
  });

  it('has bought nothing after all that', () => {
    expect(app.sandbox.submissions()).toEqual([]);
  });

  it('is open to a program and to the page on this machine', async () => {
    expect((await sendRaw(app.url, VIDEO, { method: 'POST', ...JSON_BODY })).status).toBe(202);
    const headers = { origin: app.url, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
    expect(TAKEN).toContain((await sendRaw(app.url, VIDEO, { method: 'POST', headers, body: '{}' })).status);
    expect((await sendRaw(app.url, '/api/videos')).json().access).toEqual({ allowed: true, how: 'same-machine' });
  });

  it('has no login', async () => {
    const headers = { origin: app.url, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await sendRaw(app.url, '/login?/login', { method: 'POST', headers, body: 'token=undefined' });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined]);
  });
});

describe('with an admin token', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await startApp({ env: { REELKEEP_ADMIN_TOKEN: TOKEN } });
  }, 300_000);
  afterAll(() => app.stop());

  const logIn = (token: string, headers: Record<string, string> = {}, from = '') => {
    const form = { origin: app.url, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };
    const body = String(new URLSearchParams({ token, from }));
    return sendRaw(app.url, '/login?/login', { method: 'POST', headers: { ...form, ...headers }, body });
  };
  const change = (method: string, headers: Record<string, string>): RawRequest => ({
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: '{}',
  });

  it.each(['POST', 'DELETE'])('%s needs it, also on this machine', async (method) => {
    const answer = await sendRaw(app.url, VIDEO, change(method, {}));
    expect([answer.status, answer.headers['www-authenticate']]).toEqual([401, 'Bearer realm="Reelkeep"']);
    expect(answer.json()).toMatchObject({ type: 'urn:reelkeep:problem:login-needed', code: 'auth' });
  });

  it('is open to whoever brings it as bearer, through a proxy too', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'x-forwarded-for': '198.51.100.7' };
    expect(TAKEN).toContain((await sendRaw(app.url, VIDEO, change('POST', headers))).status);
  });

  it('keeps a prompt that moderation refused from who has none', async () => {
    const refused = '/api/videos/petra/today';
    const bearer = { authorization: `Bearer ${TOKEN}` };
    const promptOf = (video: string, headers = {}) => sendRaw(app.url, `${video}/prompt`, { headers });
    const before = await promptOf(refused);
    expect([before.status, String(before.body)]).toEqual([200, expect.stringContaining('Petra')]);
    app.sandbox.script({ fault: 'moderation', match: { prompt: 'Petra' } });
    expect((await sendRaw(app.url, refused, change('POST', bearer))).status).toBe(202);
    const wasRefused = async () => String((await sendRaw(app.url, refused)).body).includes('"code":"rejected"');
    await expect.poll(wasRefused, { timeout: 30_000 }).toBe(true);

    const kept = await promptOf(refused);
    expect([kept.status, kept.json().type]).toEqual([401, 'urn:reelkeep:problem:login-needed']);
    expect(String(kept.body)).not.toContain('Petra');
    expect(String((await promptOf(refused, bearer)).body)).toBe(String(before.body));
    expect((await promptOf('/api/videos/petra/nabataean')).status).toBe(200);
  });

  it('gives a session for it that no script and no other site can use', async () => {
    const answer = await logIn(TOKEN);
    const [cookie = ''] = answer.headers['set-cookie'] ?? [];
    expect([answer.status, answer.headers.location]).toEqual([303, '/']);
    expect(cookie).toMatch(/^reelkeep_session=[\w-]{43};/);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).not.toContain(TOKEN);
    // This is plain HTTP; over HTTPS the browser says so in Origin.
    expect(cookie).not.toMatch(/Secure/);
    const host = new URL(app.url).host;
    expect((await logIn(TOKEN, { origin: `https://${host}` })).headers['set-cookie']?.[0]).toMatch(/Secure/);

    const session = { cookie: cookie.split(';')[0] ?? '', origin: app.url, 'sec-fetch-site': 'same-origin' };
    expect(TAKEN).toContain((await sendRaw(app.url, VIDEO, change('POST', session))).status);
    const { access } = (await sendRaw(app.url, '/api/videos', { headers: { cookie: session.cookie } })).json();
    expect(access).toEqual({ allowed: true, how: 'token' });
    // The cookie without a word on where the request comes from: a browser too old to be trusted with it.
    expect((await sendRaw(app.url, VIDEO, change('POST', { cookie: session.cookie }))).status).toBe(403);
    const forged = session.cookie.replace(/.$/, (sign) => (sign === 'A' ? 'B' : 'A'));
    expect((await sendRaw(app.url, VIDEO, change('POST', { ...session, cookie: forged }))).status).toBe(401);
  });

  it('leads back to where one came from, and to no other server', async () => {
    const leadsTo = async (from: string) => (await logIn(TOKEN, {}, from)).headers.location;
    expect(await leadsTo('/spots/eiffel-tower/1900')).toBe('/spots/eiffel-tower/1900');
    for (const from of ['//evil.example', '/\\evil.example', 'https://evil.example'])
      expect(await leadsTo(from)).toBe('/');
  });

  it('ends the session on request, for a copy of the cookie too', async () => {
    const [set = ''] = (await logIn(TOKEN)).headers['set-cookie'] ?? [];
    const cookie = set.split(';')[0] ?? '';
    const copied = { cookie, origin: app.url, 'sec-fetch-site': 'same-origin' };
    expect(TAKEN).toContain((await sendRaw(app.url, VIDEO, change('POST', copied))).status);

    const form = { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };
    const headers = { ...form, origin: app.url, cookie };
    const answer = await sendRaw(app.url, '/login?/logout', { method: 'POST', headers, body: '' });
    expect(answer.status).toBe(303);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^reelkeep_session=;.*Max-Age=0/);
    expect((await sendRaw(app.url, VIDEO, change('POST', copied))).status).toBe(401);
  });

  it('knows no session of an earlier life of the server', async () => {
    const [set = ''] = (await logIn(TOKEN)).headers['set-cookie'] ?? [];
    const session = { cookie: set.split(';')[0] ?? '', origin: app.url, 'sec-fetch-site': 'same-origin' };
    await app.restart();
    expect((await sendRaw(app.url, VIDEO, change('POST', session))).status).toBe(401);
  });

  it.each([
    ['multipart/form-data; boundary=x', 'garbage', 400],
    ['multipart/form-data', 'garbage', 400],
    ['multipart/form-data; boundary=x', `--x\r\ncontent-disposition: form-data; name="token"\r\n\r\n${TOKEN}`, 400],
    ['application/x-www-form-urlencoded', `token=${'x'.repeat(600_000)}`, 413],
  ])('answers a form that cannot be read as the fault of its sender: %s', async (type, body, status) => {
    const headers = { origin: app.url, accept: 'text/html', 'content-type': type };
    const answer = await sendRaw(app.url, '/login?/login', { method: 'POST', headers, body });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([status, undefined]);
  });

  it('never shows the token in its log', async () => {
    await logIn(TOKEN);
    await sendRaw(app.url, `/api/videos?token=${TOKEN}`, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect(app.log()).toContain('"path":"/login"');
    expect(app.log()).not.toContain(TOKEN);
  });

  it('tells who guesses to wait, and lets the right token in all the same', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 11; guess += 1) statuses.push((await logIn(`wrong-${guess}`)).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429]);
    const wrong = await sendRaw(app.url, VIDEO, change('POST', { authorization: 'Bearer wrong' }));
    expect([wrong.status, wrong.json().code]).toEqual([429, 'rate-limited']);
    expect(Number(wrong.headers['retry-after'])).toBeGreaterThan(0);
    const right = await sendRaw(app.url, VIDEO, change('POST', { authorization: `Bearer ${TOKEN}` }));
    expect(TAKEN).toContain(right.status);
    expect((await logIn(TOKEN)).headers['set-cookie']).toHaveLength(1);
  });
});
