import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint } from '#lib/web/http/endpoint.server.ts';
import { exportMedia } from '#lib/web/media/media-files.server.ts';
import type { RequestHandler } from './$types';

/** A project as one ZIP archive. */
const serve: RequestHandler = endpoint((event) => {
  assertMaySpend(event);
  return exportMedia(event.params.projectId, event.request);
});

export const GET = serve;
export const HEAD = serve;
