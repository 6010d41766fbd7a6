import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { undoDelete } from '#lib/web/media/media-projects.server.ts';
import type { RequestHandler } from './$types';

/** Brings a deleted project back. */
export const POST: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  return fresh(await undoDelete(event.params.projectId));
});
