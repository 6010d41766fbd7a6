import { randomUUID } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import type { Handle } from '@sveltejs/kit/hooks';
import { requestFactsOf } from '#lib/web/access/visitor.server.ts';
import { crossSiteReason } from '#lib/web/access/visitor-rules.ts';
import { serverLog } from '#lib/web/http/log.server.ts';
import { PROBLEMS, problem, problemOfStatus } from '#lib/web/http/problem.ts';
import { addSecurityHeaders } from '#lib/web/http/security-headers.ts';

// What a program or a player asks for, and no person looks at.
const WITHOUT_PAGES = ['/api/', '/videos/'];

/** What every request passes: a name, the cross-site check, the security headers, a line in the log. */
export const gate: Handle = async ({ event, resolve }) => {
  const startedMs = performance.now();
  event.locals.requestId = randomUUID();
  const reason = crossSiteReason(requestFactsOf(event));
  const response =
    reason !== undefined
      ? problem('cross-site', reason, event.locals)
      : (nothingThere(event) ?? asProblem(event, await resolve(event)));
  addSecurityHeaders(response.headers);
  response.headers.set('x-request-id', event.locals.requestId);
  logRequest(event, response.status, performance.now() - startedMs);
  return response;
};

/** Answered here, because SvelteKit would render a page for it, which fails where a setting is wrong. */
function nothingThere({ url, route, locals }: RequestEvent): Response | undefined {
  if (route.id !== null || hasPages(url)) return undefined;
  const name = isDecodable(url.pathname) ? 'not-found' : 'invalid-input';
  return problem(name, PROBLEMS[name].title, locals);
}

function isDecodable(path: string): boolean {
  try {
    // Used, or the build drops the call as one without effect.
    return decodeURI(path) !== '';
  } catch {
    return false;
  }
}

function hasPages({ pathname }: URL): boolean {
  return !WITHOUT_PAGES.some((start) => pathname.startsWith(start));
}

/** SvelteKit's own refusals where there are no pages speak the same language as ours. */
function asProblem(event: RequestEvent, response: Response): Response {
  const isOurs = /json|event-stream/.test(response.headers.get('content-type') ?? '');
  if (response.status < 400 || isOurs || hasPages(event.url)) return response;
  const name = problemOfStatus(response.status) ?? 'internal';
  const allow = response.headers.get('allow');
  const { requestId } = event.locals;
  return problem(name, PROBLEMS[name].title, { requestId, headers: { ...(allow !== null && { allow }) } });
}

function logRequest({ request, url, locals, isSubRequest, route }: RequestEvent, status: number, ms: number): void {
  // A player asks for hundreds of ranges, and a page for its own data.
  const isNoise = status < 400 && (isSubRequest || route.id === '/videos/[file]');
  const level = status >= 500 ? 'error' : isNoise ? 'debug' : 'info';
  const { requestId } = locals;
  // Without the query: whatever it holds is nobody's business.
  serverLog()[level]({ requestId, method: request.method, path: url.pathname, status, ms: Math.round(ms) }, 'request');
}
