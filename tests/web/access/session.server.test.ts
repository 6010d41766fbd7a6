import { describe, expect, it } from 'vitest';
import { isSameSecret, SESSION_MS, SessionBook } from '#lib/web/access/session.server.ts';

const TOKEN = 'a-token-of-the-admin';
const NOW_MS = Date.UTC(2026, 10, 21);

describe('a session', () => {
  it('is good until it expires', () => {
    const book = new SessionBook();
    const session = book.open(TOKEN, NOW_MS);
    expect(book.isOpen(session, TOKEN, NOW_MS)).toBe(true);
    expect(book.isOpen(session, TOKEN, NOW_MS + SESSION_MS - 1)).toBe(true);
    expect(book.isOpen(session, TOKEN, NOW_MS + SESSION_MS)).toBe(false);
  });

  it('is over once it is closed, and the others go on', () => {
    const book = new SessionBook();
    const [left, kept] = [book.open(TOKEN, NOW_MS), book.open(TOKEN, NOW_MS)];
    book.close(left);
    book.close(undefined);
    book.close('never opened');
    expect(book.isOpen(left, TOKEN, NOW_MS)).toBe(false);
    expect(book.isOpen(kept, TOKEN, NOW_MS)).toBe(true);
  });

  it('ends with the token that it was made for', () => {
    const book = new SessionBook();
    expect(book.isOpen(book.open(TOKEN, NOW_MS), 'another-token-of-admin', NOW_MS)).toBe(false);
  });

  it('is known to no other server, nor to this one after a new start', () => {
    expect(new SessionBook().isOpen(new SessionBook().open(TOKEN, NOW_MS), TOKEN, NOW_MS)).toBe(false);
  });

  it('is never the token, and never the same twice', () => {
    const book = new SessionBook();
    const values = Array.from({ length: 50 }, () => book.open(TOKEN, NOW_MS));
    expect(new Set(values).size).toBe(50);
    expect(values.filter((value) => value.length < 43 || value.includes(TOKEN))).toEqual([]);
  });

  it('fills no memory: the oldest of too many is forgotten, and the newest is good', () => {
    const book = new SessionBook();
    const values = Array.from({ length: 1001 }, (_, second) => book.open(TOKEN, NOW_MS + second));
    const later = NOW_MS + 2000;
    expect(values.map((value) => book.isOpen(value, TOKEN, later)).indexOf(true)).toBe(1);
    expect(book.isOpen(values.at(-1), TOKEN, later)).toBe(true);
  });

  it.each<[string, (session: string) => string | undefined]>([
    ['another sign', (session) => session.replace(/^./, (sign) => (sign === 'A' ? 'B' : 'A'))],
    ['a longer one', (session) => `${session}A`],
    ['a shorter one', (session) => session.slice(0, -1)],
    ['the token itself', () => TOKEN],
    ['nothing', () => undefined],
    ['an empty text', () => ''],
  ])('is refused with %s', (_name, forge) => {
    const book = new SessionBook();
    expect(book.isOpen(forge(book.open(TOKEN, NOW_MS)), TOKEN, NOW_MS)).toBe(false);
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
