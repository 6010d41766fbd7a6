import { visitorOf } from '#lib/web/access/visitor.server.ts';
import { serveVideo } from '#lib/web/index.ts';
import type { RequestHandler } from './$types';

const play: RequestHandler = (event) =>
  serveVideo(event.request, { client: visitorOf(event), requestId: event.locals.requestId });

export const GET = play;
export const HEAD = play;
