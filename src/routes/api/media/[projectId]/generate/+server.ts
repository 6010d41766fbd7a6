import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { orderFilm } from '#lib/web/media/fal-orders.server.ts';
import type { RequestHandler } from './$types';

const ACCEPTED = 202;

/** Orders a film for a project. It goes on when the client leaves. */
export const POST: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  return fresh(await orderFilm(event.params.projectId, event.request), ACCEPTED);
});
