import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const SESSION_COOKIE = 'reelkeep_session';
export const SESSION_MS = 12 * 3_600_000;
/** One admin needs a few. More would be somebody who logs in for sport, and must not fill the memory. */
const MOST_SESSIONS = 1000;

interface Session {
  untilMs: number;
  /** Of the admin token that it was opened with: another token ends every session. */
  tokenDigest: Buffer;
}

/** Compares in a time that says nothing about where the two differ, nor about the length of the right one. */
export function isSameSecret(given: string, right: string): boolean {
  return timingSafeEqual(digest(given), digest(right));
}

/**
 * Who is logged in. The cookie is a random number that says nothing, and counts only while it stands in here: a copy of
 * it is worthless after the logout, and a server that starts anew knows nobody.
 */
export class SessionBook {
  // By the digest: how long the look-up takes tells nothing about a number that somebody guesses at.
  readonly #sessions = new Map<string, Session>();

  /** @returns what the cookie holds; never the token */
  open(adminToken: string, nowMs: number): string {
    this.#dropOver(nowMs);
    const value = randomBytes(32).toString('base64url');
    this.#sessions.set(nameOf(value), { untilMs: nowMs + SESSION_MS, tokenDigest: digest(adminToken) });
    return value;
  }

  isOpen(value: string | undefined, adminToken: string, nowMs: number): boolean {
    const session = value === undefined ? undefined : this.#sessions.get(nameOf(value));
    if (!session || session.untilMs <= nowMs) return false;
    return timingSafeEqual(session.tokenDigest, digest(adminToken));
  }

  close(value: string | undefined): void {
    if (value !== undefined) this.#sessions.delete(nameOf(value));
  }

  /** Those that ended, and the oldest where there are too many. */
  #dropOver(nowMs: number): void {
    for (const [name, { untilMs }] of this.#sessions) {
      if (untilMs <= nowMs || this.#sessions.size >= MOST_SESSIONS) this.#sessions.delete(name);
    }
  }
}

/** The sessions of this server. */
export const sessions = new SessionBook();

function nameOf(value: string): string {
  return digest(value).toString('base64url');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
