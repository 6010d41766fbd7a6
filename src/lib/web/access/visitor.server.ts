import type { IncomingHttpHeaders } from 'node:http';
import type { RequestEvent } from '@sveltejs/kit';
import ipaddr from 'ipaddr.js';
import { systemClock } from '#lib/base/clock.ts';
import { readSettings } from '#lib/config.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import type { SpendAccess } from '#lib/web/videos/view.ts';
import { AttemptLimit } from './attempt-limit.ts';
import { isSameSecret, SESSION_COOKIE, sessions } from './session.server.ts';
import { bearerOf, isFromThisMachine, type RequestFacts } from './visitor-rules.ts';

/** The parts of SvelteKit's request event that are used here, so that tests can make one. */
export type VisitorEvent = Pick<RequestEvent, 'request' | 'cookies' | 'getClientAddress' | 'url' | 'isSubRequest'> & {
  platform?: Readonly<App.Platform> | undefined;
};

const clock = systemClock;
// A token has at least 16 characters and cannot be guessed at any speed, so the right one never has to wait. The limit keeps
// wrong attempts few in the log, and slows down whoever is guessing.
const attempts = new AttemptLimit({ clock, perAddress: 10, overall: 200, windowMs: 60_000 });

/** The request as the server's socket saw it. */
export function requestFactsOf(event: VisitorEvent): RequestFacts {
  const raw = event.platform?.req;
  return {
    method: event.request.method,
    // A page's own call within the server has none of the visitor's headers: use those of the real request.
    headers: raw ? headersOf(raw.headers) : event.request.headers,
    // Not getClientAddress: with ADDRESS_HEADER set it returns the value of a header.
    peerAddress: raw ? raw.socket.remoteAddress : clientAddressOf(event),
    host: event.url.host,
    httpVersion: raw?.httpVersion,
  };
}

/** Whether the visitor may buy, cancel and delete. */
export function accessOf(event: VisitorEvent): SpendAccess {
  const { waitMs: _waitMs, ...access } = checkAccess(event);
  return access;
}

/** @returns with `waitMs` after too many wrong tokens from the same address */
function checkAccess(event: VisitorEvent): SpendAccess & { waitMs?: number } {
  const { adminToken } = readSettings();
  const facts = requestFactsOf(event);
  if (adminToken === undefined) return accessWithoutToken(facts);
  const bearer = bearerOf(event.request.headers);
  if (bearer !== undefined) return accessByToken(bearer, adminToken, event);
  const cookie = event.cookies.get(SESSION_COOKIE);
  if (sessions.isOpen(cookie, adminToken, clock.now())) return { allowed: true, how: 'token' };
  return { allowed: false, reason: 'Generating, cancelling and deleting need the admin token.', canLogIn: true };
}

/** @throws ProblemError `login-needed`, `not-allowed` or `rate-limited` */
export function assertMaySpend(event: VisitorEvent): void {
  const access = checkAccess(event);
  if (access.allowed) return;
  if (access.waitMs !== undefined) throw tooManyAttempts(access.waitMs);
  if (!access.canLogIn) throw new ProblemError('not-allowed', access.reason);
  throw new ProblemError('login-needed', access.reason, { headers: { 'www-authenticate': 'Bearer realm="Reelkeep"' } });
}

/**
 * Checks the token of a login form, counting wrong ones.
 * @returns the token when it is right, else why not
 */
export function checkLogin(
  event: VisitorEvent,
  given: string,
): { token: string } | { waitMs: number } | 'wrong' | 'off' {
  const { adminToken } = readSettings();
  if (adminToken === undefined) return 'off';
  const access = accessByToken(given, adminToken, event);
  if (access.allowed) return { token: adminToken };
  return access.waitMs === undefined ? 'wrong' : { waitMs: access.waitMs };
}

function accessWithoutToken(facts: RequestFacts): SpendAccess {
  if (isFromThisMachine(facts)) return { allowed: true, how: 'same-machine' };
  const reason =
    'This server has no admin token, so only a browser on its own machine may generate, cancel and delete. ' +
    'To allow it from elsewhere, set REELKEEP_ADMIN_TOKEN on the server.';
  return { allowed: false, reason, canLogIn: false };
}

/** The right token is always accepted: otherwise a few wrong ones could lock its owner out. */
function accessByToken(given: string, adminToken: string, event: VisitorEvent): SpendAccess & { waitMs?: number } {
  if (isSameSecret(given, adminToken)) return { allowed: true, how: 'token' };
  const address = visitorOf(event);
  const waitMs = attempts.waitMs(address);
  if (waitMs > 0) return { allowed: false, reason: tooManyWrong(waitMs), canLogIn: true, waitMs };
  attempts.fail(address);
  return { allowed: false, reason: 'The admin token is wrong.', canLogIn: true };
}

/** The message for a wrong token after too many wrong ones. */
export function tooManyWrong(waitMs: number): string {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  return `The admin token is wrong, and there were too many wrong attempts. The right one is accepted at once; otherwise wait ${seconds} s.`;
}

function tooManyAttempts(waitMs: number): ProblemError {
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) };
  return new ProblemError('rate-limited', tooManyWrong(waitMs), { headers, retryable: true });
}

/**
 * Identifies the visitor as far as possible: by the address of the connection, or the one in the header named by the
 * adapter's `ADDRESS_HEADER`.
 */
export function visitorOf(event: Pick<VisitorEvent, 'getClientAddress' | 'platform'>): string {
  return addressGroup(clientAddressOf(event));
}

function clientAddressOf(event: Pick<VisitorEvent, 'getClientAddress' | 'platform'>): string | undefined {
  try {
    return event.getClientAddress();
  } catch {
    // The request lacks the header named by ADDRESS_HEADER: it did not come through the proxy.
    return event.platform?.req.socket.remoteAddress;
  }
}

/** One household or machine: an IPv6 visitor has 2^64 addresses to guess from. */
function addressGroup(address: string | undefined): string {
  if (address === undefined || !ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return parsed.parts.slice(0, 4).join(':');
}

function headersOf(raw: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  return headers;
}
