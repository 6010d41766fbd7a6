// isolated: wrong tokens are counted for the whole process.
import { describe, expect, it, vi } from 'vitest';
import { sessions } from '#lib/web/access/session.server.ts';
import { accessOf, assertMaySpend, checkLogin, type VisitorEvent } from '#lib/web/access/visitor.server.ts';
import { isProblemError } from '#lib/web/http/problem.ts';
import { visit } from '../../fixtures/app/visit.ts';
import { videoShelf } from '../../fixtures/records/video-shelf.ts';

const TOKEN = 'the-admin-token-of-this-test';
function withToken(): void {
  videoShelf();
  vi.stubEnv('REELKEEP_ADMIN_TOKEN', TOKEN);
}

function refusal(event: VisitorEvent): string {
  try {
    assertMaySpend(event);
    return 'allowed';
  } catch (error) {
    return isProblemError(error) ? error.problem : String(error);
  }
}

describe('without an admin token', () => {
  it('lets this machine spend, and nobody else', () => {
    videoShelf();
    expect(accessOf(visit({}, { peer: '127.0.0.1' }))).toEqual({ allowed: true, how: 'same-machine' });
    expect(accessOf(visit({}, { peer: '192.168.1.5' }))).toMatchObject({ allowed: false, canLogIn: false });
    expect(refusal(visit({}, { peer: '192.168.1.5' }))).toBe('not-allowed');
  });

  it('says how to allow it', () => {
    videoShelf();
    expect(accessOf(visit())).toMatchObject({ reason: expect.stringContaining('REELKEEP_ADMIN_TOKEN') });
  });

  it('believes the socket, not the address that a header made', () => {
    videoShelf();
    expect(refusal(visit({}, { peer: '192.168.1.5', seenAs: '127.0.0.1' }))).toBe('not-allowed');
  });

  it('believes no proxy on this machine', () => {
    videoShelf();
    expect(refusal(visit({ 'x-forwarded-for': '127.0.0.1' }, { peer: '127.0.0.1' }))).toBe('not-allowed');
    expect(refusal(visit({ host: 'evil.example' }, { peer: '127.0.0.1' }))).toBe('not-allowed');
    // nginx with a bare proxy_pass: no header of its own, Host as the upstream is called, HTTP/1.0.
    expect(refusal(visit({ host: '127.0.0.1:3000' }, { peer: '127.0.0.1', httpVersion: '1.0' }))).toBe('not-allowed');
  });

  it('accepts no token at all', () => {
    videoShelf();
    expect(refusal(visit({ authorization: 'Bearer undefined' }))).toBe('not-allowed');
    expect(checkLogin(visit(), '')).toBe('off');
  });
});

describe('with an admin token', () => {
  it('lets whoever has it spend, from anywhere', () => {
    withToken();
    expect(accessOf(visit({ authorization: `Bearer ${TOKEN}` }))).toEqual({ allowed: true, how: 'token' });
    expect(accessOf(visit({}, { cookie: sessions.open(TOKEN, Date.now()) }))).toEqual({ allowed: true, how: 'token' });
  });

  it('makes this machine log in like any other', () => {
    withToken();
    expect(refusal(visit({}, { peer: '127.0.0.1' }))).toBe('login-needed');
  });

  it.each(['wrong', `${TOKEN}x`, TOKEN.slice(0, -1), TOKEN.toUpperCase()])('refuses %s', (token) => {
    withToken();
    expect(refusal(visit({ authorization: `Bearer ${token}` }))).toBe('login-needed');
    expect(checkLogin(visit(), token)).toBe('wrong');
  });

  it('refuses a session that was made for another token', () => {
    withToken();
    expect(refusal(visit({}, { cookie: sessions.open('some-other-admin-token', Date.now()) }))).toBe('login-needed');
  });

  it('says to whom a session has run out that there is a login, where the page asks what it may do', () => {
    withToken();
    const twelveHoursMs = 12 * 3_600_000;
    const visitor = (ageMs: number) => visit({}, { cookie: sessions.open(TOKEN, Date.now() - ageMs) });
    expect(refusal(visitor(twelveHoursMs - 60_000))).toBe('allowed');
    expect(refusal(visitor(twelveHoursMs))).toBe('login-needed');
    expect(accessOf(visitor(twelveHoursMs))).toMatchObject({ allowed: false, canLogIn: true });
  });

  it('tells who guesses to wait after a few wrong tokens, and lets the right one in all the same', () => {
    withToken();
    const from = (token: string) => visit({ authorization: `Bearer ${token}` }, { peer: '203.0.113.9' });
    const outcomes = Array.from({ length: 11 }, (_, index) => refusal(from(`wrong-${index}`)));
    expect(outcomes).toEqual([...Array(10).fill('login-needed'), 'rate-limited']);
    expect(refusal(from(TOKEN))).toBe('allowed');
    expect(checkLogin(from(TOKEN), TOKEN)).toEqual({ token: TOKEN });
    expect(refusal(visit({}, { peer: '203.0.113.9', cookie: sessions.open(TOKEN, Date.now()) }))).toBe('allowed');
    expect(refusal(visit({ authorization: `Bearer ${TOKEN}` }))).toBe('allowed');
    // It does not begin anew for who guesses.
    expect(refusal(from('wrong'))).toBe('rate-limited');
    expect(checkLogin(from('wrong'), 'wrong')).toMatchObject({ waitMs: expect.any(Number) });
  });

  it('lets the right token in while the whole world guesses', () => {
    withToken();
    const from = (token: string, host: number) =>
      visit({ authorization: `Bearer ${token}` }, { peer: `198.51.${host >> 8}.${host & 255}` });
    const outcomes = Array.from({ length: 400 }, (_, host) => refusal(from('wrong', host)));
    expect(outcomes.at(-1)).toBe('rate-limited');
    expect(refusal(from(TOKEN, 399))).toBe('allowed');
    expect(refusal(visit({ authorization: `Bearer ${TOKEN}` }, { peer: '192.0.2.77' }))).toBe('allowed');
  });

  it('counts the addresses of one IPv6 network together', () => {
    withToken();
    const from = (host: number) => visit({ authorization: 'Bearer wrong' }, { peer: `2001:db8:0:9::${host}` });
    for (let host = 1; host <= 10; host += 1) refusal(from(host));
    expect(refusal(from(11))).toBe('rate-limited');
  });
});
