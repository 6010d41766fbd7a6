import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { saveItem } from '#lib/web/media/media-items.server.ts';
import type { RequestHandler } from './$types';

/** Fetches an item from its provider, and keeps it on disk. */
export const POST: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  return fresh(await saveItem(event.params.projectId, event.params.itemId));
});
