import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { addItem } from '#lib/web/media/media-items.server.ts';
import { mediaItems } from '#lib/web/media/media-list.server.ts';
import type { RequestHandler } from './$types';

/** Items of a project, a part at a time. */
export const GET: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  return fresh(await mediaItems(event.params.projectId, event.url));
});

/** Adds an item that is at a provider or in a browser. */
export const POST: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  return fresh(await addItem(event.params.projectId, event.request), 201);
});
