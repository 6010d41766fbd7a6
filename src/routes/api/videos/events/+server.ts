import { accessOf, visitorOf } from '#lib/web/access/visitor.server.ts';
import { endpoint } from '#lib/web/http/endpoint.server.ts';
import { videoEvents } from '#lib/web/index.ts';
import type { RequestHandler } from './$types';

/** Server-sent events: `snapshot`, then `video` and `spend`. */
export const GET: RequestHandler = endpoint((event) =>
  videoEvents(event.request, {
    client: visitorOf(event),
    requestId: event.locals.requestId,
    access: accessOf(event),
    // One of our own pages, according to the browser, or one that says what it has: it loads the rest itself.
    startsAsPage: event.url.searchParams.has('after') || event.request.headers.get('sec-fetch-site') === 'same-origin',
    onStuck: () => event.platform?.req.socket.destroy(),
  }),
);

export const HEAD = GET;
