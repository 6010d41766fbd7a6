import { describe, expect, it } from 'vitest';
import { isSameSecret, isValidSession, newSession, SESSION_MS } from '#lib/web/session.server.ts';

const TOKEN = 'a-token-of-the-admin';
const NOW_MS = Date.UTC(2026, 10, 21);

describe('a session', () => {
  it('is good until it expires', () => {
    const session = newSession(TOKEN, NOW_MS);
    expect(isValidSession(session, TOKEN, NOW_MS)).toBe(true);
    expect(isValidSession(session, TOKEN, NOW_MS + SESSION_MS - 1)).toBe(true);
    expect(isValidSession(session, TOKEN, NOW_MS + SESSION_MS)).toBe(false);
  });

  it('ends with the token that it was made for', () => {
    expect(isValidSession(newSession(TOKEN, NOW_MS), 'another-token-of-admin', NOW_MS)).toBe(false);
  });

  it('is never the token, and never the same twice', () => {
    const [one, two] = [newSession(TOKEN, NOW_MS), newSession(TOKEN, NOW_MS)];
    expect(one).not.toBe(two);
    expect(one).not.toContain(TOKEN);
  });

  it.each<[string, (session: string) => string | undefined]>([
    ['a later expiry', (session) => session.replace(/^\d+/, (expiry) => String(Number(expiry) + 1))],
    ['another random part', (session) => session.replace(/\.(.)/, (_, sign) => `.${sign === 'A' ? 'B' : 'A'}`)],
    ['another signature', (session) => session.replace(/.$/, (sign) => (sign === 'A' ? 'B' : 'A'))],
    ['no signature', (session) => session.slice(0, session.lastIndexOf('.') + 1)],
    ['the token itself', () => TOKEN],
    ['nothing', () => undefined],
    ['an empty text', () => ''],
    ['a longer one', (session) => `${session}A`],
  ])('is refused with %s', (_name, forge) => {
    expect(isValidSession(forge(newSession(TOKEN, NOW_MS)), TOKEN, NOW_MS)).toBe(false);
  });
});

it.each([
  ['same', 'same', true],
  ['same', 'sane', false],
  ['', 'same', false],
  ['same-but-longer', 'same', false],
])('compares %s with %s', (given, right, expected) => {
  expect(isSameSecret(given, right)).toBe(expected);
});
