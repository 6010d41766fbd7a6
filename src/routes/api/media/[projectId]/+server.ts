import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { removeProject } from '#lib/web/media/media-projects.server.ts';
import type { RequestHandler } from './$types';

/** Deletes a project; for a day that can be undone. */
export const DELETE: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  return fresh(await removeProject(event.params.projectId, event.url));
});
