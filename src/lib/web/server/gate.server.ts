import { randomUUID } from 'node:crypto';
import type { RequestEvent } from '@sveltejs/kit';
import type { Handle } from '@sveltejs/kit/hooks';
import { readScrapedAssets, readSettings } from '#lib/config.ts';
import { requestFactsOf } from '#lib/web/access/visitor.server.ts';
import { crossSiteReason } from '#lib/web/access/visitor-rules.ts';
import { itemSources, linkSources, withLinkSources } from '#lib/web/http/link-sources.ts';
import { serverLog } from '#lib/web/http/log.server.ts';
import { PROBLEMS, problem, problemOfStatus } from '#lib/web/http/problem.ts';
import { addSecurityHeaders } from '#lib/web/http/security-headers.ts';

// For programs and players, not people.
const FILES = [
  '/videos/[file]',
  '/generated-videos/[batchId]/[file]',
  '/scraped/[channelId]/[videoId]/[kind]',
  '/media/files/[projectId]/[name]',
  '/media/pictures/[projectId]/[itemId]/[name]',
];
const WITHOUT_PAGES = [
  ...['/api/', '/videos/', '/generated-videos/', '/scraped/'],
  ...['/media/files/', '/media/pictures/', '/media/export/'],
];

/** Runs for every request: request id, cross-site check, security headers, a line in the log. */
export const gate: Handle = async ({ event, resolve }) => {
  const startedMs = performance.now();
  event.locals.requestId = randomUUID();
  const reason = crossSiteReason(requestFactsOf(event));
  const response =
    reason !== undefined
      ? problem('cross-site', reason, event.locals)
      : (nothingThere(event) ?? asProblem(event, await resolve(event, { transformPageChunk: picturesFirst })));
  allowLinks(response.headers, event.url);
  addSecurityHeaders(response.headers);
  response.headers.set('x-request-id', event.locals.requestId);
  logRequest(event, response.status, performance.now() - startedMs);
  return response;
};

/** Lets a page follow the links to where its films are, if that is elsewhere. */
function allowLinks(headers: Headers, { pathname }: URL): void {
  const policy = headers.get('content-security-policy');
  if (policy === null) return;
  try {
    const { playback, assets, allowPrivateNetwork } = readSettings();
    const stores = linkSources(playback, [assets, readScrapedAssets()]);
    const sources = [...stores, ...itemSources(pathname, allowPrivateNetwork === true)];
    headers.set('content-security-policy', withLinkSources(policy, sources));
  } catch {
    // Wrong settings are reported by whoever needs them.
  }
}

/** A page can be read before its scripts run, so they come after the pictures that are in sight. */
function picturesFirst({ html }: { html: string }): string {
  return html.replaceAll('rel="modulepreload"', 'rel="modulepreload" fetchpriority="low"');
}

/** Handled here, because SvelteKit would render a page for it, which fails if a setting is wrong. */
function nothingThere({ url, route, locals }: RequestEvent): Response | undefined {
  if (route.id !== null || hasPages(url)) return undefined;
  const name = isDecodable(url.pathname) ? 'not-found' : 'invalid-input';
  return problem(name, PROBLEMS[name].title, locals);
}

function isDecodable(path: string): boolean {
  try {
    // The result must be used, or the build removes the call.
    return decodeURI(path) !== '';
  } catch {
    return false;
  }
}

function hasPages({ pathname }: URL): boolean {
  return !WITHOUT_PAGES.some((start) => pathname.startsWith(start));
}

/** Gives SvelteKit's own errors outside of pages the same format as ours. */
function asProblem(event: RequestEvent, response: Response): Response {
  const isOurs = /json|event-stream/.test(response.headers.get('content-type') ?? '');
  if (response.status < 400 || isOurs || hasPages(event.url)) return response;
  const name = problemOfStatus(response.status) ?? 'internal';
  const allow = response.headers.get('allow');
  const { requestId } = event.locals;
  return problem(name, PROBLEMS[name].title, { requestId, headers: { ...(allow !== null && { allow }) } });
}

function logRequest({ request, url, locals, isSubRequest, route }: RequestEvent, status: number, ms: number): void {
  // A player requests hundreds of ranges, and a page its own data.
  const isNoise = status < 400 && (isSubRequest || FILES.includes(route.id ?? ''));
  const level = status >= 500 ? 'error' : isNoise ? 'debug' : 'info';
  const { requestId } = locals;
  // Without the query: it may contain secrets.
  serverLog()[level]({ requestId, method: request.method, path: url.pathname, status, ms: Math.round(ms) }, 'request');
}
