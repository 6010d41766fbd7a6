import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { undoDeleteItem } from '#lib/web/media/media-projects.server.ts';
import type { RequestHandler } from './$types';

/** Brings a deleted item back. */
export const POST: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  return fresh(await undoDeleteItem(event.params.projectId, event.params.itemId));
});
