import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { estimateFilm } from '#lib/web/media/estimate.server.ts';
import type { RequestHandler } from './$types';

/** What a film would cost. Asks fal for its price, so not for everybody. */
export const GET: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  return fresh(await estimateFilm(event.url));
});
