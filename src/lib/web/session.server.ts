import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export const SESSION_COOKIE = 'reelkeep_session';
export const SESSION_MS = 12 * 3_600_000;

/** Compares in a time that says nothing about where the two differ, nor about the length of the right one. */
export function isSameSecret(given: string, right: string): boolean {
  return timingSafeEqual(digest(given), digest(right));
}

/**
 * What the cookie holds after a login: an expiry and a random number, signed with a key made from the admin token. The
 * token itself never travels back, and a changed token ends every session.
 */
export function newSession(adminToken: string, nowMs: number): string {
  const claims = `${nowMs + SESSION_MS}.${randomBytes(12).toString('base64url')}`;
  return `${claims}.${sign(claims, adminToken)}`;
}

export function isValidSession(value: string | undefined, adminToken: string, nowMs: number): boolean {
  const [, claims, expiresMs, signature] = /^((\d{1,16})\.[\w-]{16})\.([\w-]{43})$/.exec(value ?? '') ?? [];
  if (claims === undefined || signature === undefined) return false;
  return isSameSecret(signature, sign(claims, adminToken)) && Number(expiresMs) > nowMs;
}

function sign(claims: string, adminToken: string): string {
  const key = createHmac('sha256', adminToken).update('reelkeep session v1').digest();
  return createHmac('sha256', key).update(claims).digest('base64url');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
