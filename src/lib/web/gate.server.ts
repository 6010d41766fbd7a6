import { randomUUID } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import type { Handle } from '@sveltejs/kit/hooks';
import { serverLog } from './log.server.ts';
import { PROBLEMS, problem, problemOfStatus } from './problem.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { factsOf } from './visitor.server.ts';
import { crossSiteReason } from './visitor-rules.ts';

// What a program or a player asks for, and no person looks at.
const WITHOUT_PAGES = ['/api/', '/videos/'];

/** What every request passes: a name, the cross-site check, the security headers, a line in the log. */
export const gate: Handle = async ({ event, resolve }) => {
  const startedMs = performance.now();
  event.locals.requestId = randomUUID();
  const reason = crossSiteReason(factsOf(event));
  const response =
    reason === undefined ? asProblem(event, await resolve(event)) : problem('cross-site', reason, event.locals);
  addSecurityHeaders(response.headers);
  response.headers.set('x-request-id', event.locals.requestId);
  logRequest(event, response.status, performance.now() - startedMs);
  return response;
};

/** SvelteKit's own refusals where there are no pages speak the same language as ours. */
function asProblem(event: RequestEvent, response: Response): Response {
  const isOurs = /json|event-stream/.test(response.headers.get('content-type') ?? '');
  const hasPages = !WITHOUT_PAGES.some((start) => event.url.pathname.startsWith(start));
  if (response.status < 400 || isOurs || hasPages) return response;
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
