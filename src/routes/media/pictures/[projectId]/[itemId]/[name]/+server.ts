import { assertMaySpend, visitorOf } from '#lib/web/access/visitor.server.ts';
import { endpoint } from '#lib/web/http/endpoint.server.ts';
import { serveMediaPicture } from '#lib/web/media/media-files.server.ts';
import type { RequestHandler } from './$types';

/** A picture of a film of the media library. */
const serve: RequestHandler = endpoint((event) => {
  assertMaySpend(event);
  return serveMediaPicture(event.params, event.request, event.url, visitorOf(event));
});

export const GET = serve;
export const HEAD = serve;
