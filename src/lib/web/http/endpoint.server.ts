import type { RequestEvent } from '@sveltejs/kit';
import { isReelError } from '#lib/base/errors.ts';
import { bytesWithVideos } from '#lib/web/events/view-text.ts';
import type { VideoView } from '#lib/web/videos/view.ts';
import { serverLog } from './log.server.ts';
import { LogOnce } from './log-once.ts';
import { isProblemError, problemOf, refusalOf } from './problem.ts';

const FRESH = { 'cache-control': 'no-store' };

/**
 * An endpoint that turns every failure into `application/problem+json`, and logs the unexpected ones. A repeated failure is
 * logged once, since pages retry every two seconds while something is broken.
 */
export function endpoint<E extends RequestEvent>(answer: (event: E) => Response | Promise<Response>) {
  const failures = new LogOnce();
  return async (event: E): Promise<Response> => {
    const { requestId } = event.locals;
    try {
      const response = await answer(event);
      failures.end();
      return response;
    } catch (error) {
      if (!isProblemError(error) && !refusalOf(error)) {
        const level = failures.isFirst(error) ? (isReelError(error) ? 'warn' : 'error') : 'debug';
        serverLog()[level]({ err: error, requestId }, 'request failed');
      }
      return problemOf(error, { requestId });
    }
  };
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
