import type { RequestEvent } from '@sveltejs/kit';
import { bytesWithVideos } from '#lib/web/events/view-text.ts';
import type { VideoView } from '#lib/web/videos/view.ts';
import { answering } from './answering.ts';
import { serverLog } from './log.server.ts';

const FRESH = { 'cache-control': 'no-store' };

/**
 * An endpoint that turns every failure into `application/problem+json`, and logs the unexpected ones. A repeated failure is
 * logged once, since pages retry every two seconds while something is broken.
 */
export function endpoint<E extends RequestEvent>(answer: (event: E) => Response | Promise<Response>) {
  const run = answering(serverLog);
  return (event: E): Promise<Response> => run(() => answer(event), event.locals.requestId);
}

/** A JSON response that must not be cached: it may differ for the next visitor, and in the next second. */
export function fresh(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: FRESH });
}

/** Like `fresh`, for a response with thousands of videos. */
export function freshVideos(body: { videos: readonly VideoView[] }): Response {
  const headers = { 'content-type': 'application/json', ...FRESH };
  return new Response(Buffer.concat(bytesWithVideos(body)), { headers });
}
