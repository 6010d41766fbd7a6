// isolated: wrong tokens are counted for the whole process.
import type { RequestEvent } from '@sveltejs/kit';
import { describe, expect, it, vi } from 'vitest';
import { logIn, logOut } from '#lib/web/access/login.server.ts';
import { SESSION_COOKIE } from '#lib/web/access/session.server.ts';
import { accessOf } from '#lib/web/access/visitor.server.ts';
import { visit } from '../../fixtures/app/visit.ts';
import { videoShelf } from '../../fixtures/records/video-shelf.ts';

const TOKEN = 'the-admin-token-of-this-test';

/** A visitor whose browser keeps what it is given. */
function browser(headers: Record<string, string> = {}, cookie?: string) {
  const jar = new Map<string, { value: string; options: object }>();
  const cookies = {
    get: () => cookie,
    set: (name: string, value: string, options: object) => void jar.set(name, { value, options }),
    delete: (name: string, options: object) => void jar.set(name, { value: '', options }),
  };
  // Only these parts of SvelteKit's event are looked at.
  const event = { ...visit(headers), cookies } as unknown as RequestEvent;
  return { event, given: () => jar.get(SESSION_COOKIE) };
}

function withToken(): void {
  videoShelf();
  vi.stubEnv('REELKEEP_ADMIN_TOKEN', TOKEN);
}

describe('the login', () => {
  it('gives a session that no script and no other site can use', () => {
    withToken();
    const { event, given } = browser({ origin: 'http://localhost:3000' });
    expect(logIn(event, TOKEN)).toBeUndefined();
    expect(given()?.options).toMatchObject({ path: '/', httpOnly: true, sameSite: 'strict', maxAge: 12 * 3600 });
    expect(given()?.value).not.toContain(TOKEN);
    expect(accessOf(visit({}, { cookie: given()?.value ?? '' }))).toMatchObject({ allowed: true, how: 'token' });
  });

  it.each([
    ['https://films.example', 'films.example', true],
    ['http://films.example', 'films.example', false],
    [undefined, 'localhost:3000', false],
    [undefined, 'films.example', true],
  ])('from %s, asked for as %s, is secure: %s', (origin, host, isSecure) => {
    withToken();
    const { event, given } = browser({ host, ...(origin && { origin }) });
    logIn(event, TOKEN);
    expect(given()?.options).toMatchObject({ secure: isSecure });
  });

  it('with another token is refused, and after many of them has to wait', () => {
    withToken();
    const { event, given } = browser();
    expect(logIn(event, 'guess')).toEqual({ status: 401, message: 'The admin token is wrong.' });
    const refusals = Array.from({ length: 30 }, () => logIn(event, 'guess')?.status);
    expect(refusals.at(-1)).toBe(429);
    expect(given()).toBeUndefined();
  });

  it('is off where there is no token', () => {
    videoShelf();
    expect(logIn(browser().event, '')).toMatchObject({ status: 403 });
  });
});

it('the logout ends the session for a copy of the cookie, too', () => {
  withToken();
  const { event, given } = browser();
  logIn(event, TOKEN);
  const cookie = given()?.value ?? '';
  const again = browser({}, cookie);
  logOut(again.event);
  expect(again.given()?.value).toBe('');
  expect(accessOf(visit({}, { cookie }))).toMatchObject({ allowed: false });
});
