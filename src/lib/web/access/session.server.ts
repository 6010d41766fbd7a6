import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const SESSION_COOKIE = 'reelkeep_session';
export const SESSION_MS = 12 * 3_600_000;
/** One admin needs a few. Logging in again and again must not fill memory. */
const MOST_SESSIONS = 1000;

interface Session {
  untilMs: number;
  /** Digest of the admin token that it was opened with: changing the token ends every session. */
  tokenDigest: Buffer;
}

/** Constant-time comparison: the duration reveals neither where the two differ nor the length of the right one. */
export function isSameSecret(given: string, right: string): boolean {
  return timingSafeEqual(digest(given), digest(right));
}

/**
 * The open sessions. The cookie is a random number without meaning, valid only while it is listed here: a copy of it is
 * worthless after the logout, and a restart ends every session.
 */
export class SessionBook {
  // By digest, so that the time of a look-up reveals nothing about a guessed number.
  readonly #sessions = new Map<string, Session>();

  /** @returns the value of the cookie; never the token */
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

  /** Removes expired sessions, and the oldest ones if there are too many. */
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
