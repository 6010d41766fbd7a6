import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { cleanUp } from '#lib/web/storage/storage.server.ts';
import type { RequestHandler } from './$types';

/** Says what would go by a rule, and removes that once it is asked for with the plan of the answer. */
export const POST: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  return fresh(await cleanUp(event.request));
});
