import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { saveAllState, startSaveAll } from '#lib/web/media/save-all.server.ts';
import type { RequestHandler } from './$types';

/** How far the saving of a project has come. */
export const GET: RequestHandler = endpoint((event) => {
  assertMaySpend(event);
  return fresh(saveAllState(event.params.projectId));
});

/** Saves all that is not on disk yet. */
export const POST: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  return fresh(await startSaveAll(event.params.projectId), 202);
});
