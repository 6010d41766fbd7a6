import { assertMaySpend, visitorOf } from '#lib/web/access/visitor.server.ts';
import { endpoint } from '#lib/web/http/endpoint.server.ts';
import { servePoster } from '#lib/web/media/media-posters.server.ts';
import type { RequestHandler } from './$types';

/** A small picture of a film of the media library. */
const serve: RequestHandler = endpoint((event) => {
  assertMaySpend(event);
  return servePoster(event.params, event.request, event.url, visitorOf(event));
});

export const GET = serve;
export const HEAD = serve;
