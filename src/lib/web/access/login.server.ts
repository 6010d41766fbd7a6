import type { RequestEvent } from '@sveltejs/kit';
import { systemClock } from '#lib/base/clock.ts';
import { PROBLEMS } from '#lib/web/http/problem.ts';
import { SESSION_COOKIE, SESSION_MS, sessions } from './session.server.ts';
import { checkLogin, tooManyWrong } from './visitor.server.ts';
import { isLoopbackHost } from './visitor-rules.ts';

export interface LoginRefusal {
  status: number;
  message: string;
}

/**
 * Checks the token of the login form and, if it is right, opens a session.
 * @returns undefined when logged in, else the refusal to send
 */
export function logIn(event: RequestEvent, given: string): LoginRefusal | undefined {
  const outcome = checkLogin(event, given);
  if (outcome === 'off') {
    return { status: PROBLEMS['not-allowed'].status, message: 'This server has no admin token, so there is no login.' };
  }
  if (outcome === 'wrong') return { status: PROBLEMS['login-needed'].status, message: 'The admin token is wrong.' };
  if ('waitMs' in outcome) {
    return { status: PROBLEMS['rate-limited'].status, message: tooManyWrong(outcome.waitMs) };
  }
  event.cookies.set(SESSION_COOKIE, sessions.open(outcome.token, systemClock.now()), {
    ...cookieOptions(event),
    maxAge: SESSION_MS / 1000,
  });
  return undefined;
}

/** Ends the session on the server, and deletes the cookie in this browser. */
export function logOut(event: RequestEvent): void {
  sessions.close(event.cookies.get(SESSION_COOKIE));
  event.cookies.delete(SESSION_COOKIE, cookieOptions(event));
}

function cookieOptions(event: RequestEvent) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: isHttps(event) } as const;
}

/**
 * Whether the visitor's browser uses HTTPS. The adapter cannot know, and assumes HTTPS; the Origin of the form tells.
 * Most browsers discard a secure cookie sent over plain HTTP, and logging in would be impossible.
 */
function isHttps({ request }: RequestEvent): boolean {
  const origin = request.headers.get('origin');
  if (origin !== null) return origin.startsWith('https:');
  return !isLoopbackHost(request.headers.get('host'));
}
