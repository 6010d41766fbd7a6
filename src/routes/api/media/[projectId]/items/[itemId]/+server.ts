import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { removeItem } from '#lib/web/media/media-projects.server.ts';
import type { RequestHandler } from './$types';

/** Deletes an item; for a day that can be undone. */
export const DELETE: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  return fresh(await removeItem(event.params, event.url));
});
