import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { ordersOf } from '#lib/web/media/fal-orders.server.ts';
import type { RequestHandler } from './$types';

/** What was ordered for a project, and how it stands. */
export const GET: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  return fresh(await ordersOf(event.params.projectId));
});
