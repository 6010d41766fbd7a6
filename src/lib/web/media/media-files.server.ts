import { exportProject } from '#lib/media/index.ts';
import { forManagers } from './for-managers.server.ts';

/** Serves GET and HEAD for a project as one archive. @throws ProblemError `not-found`, `invalid-input`, and of the records */
export function exportMedia(projectId: string, request: Request): Promise<Response> {
  return forManagers(() => exportProject(projectId, { request, signal: request.signal }));
}
