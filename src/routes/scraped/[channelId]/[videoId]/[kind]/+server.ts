import { visitorOf } from '#lib/web/access/visitor.server.ts';
import { endpoint } from '#lib/web/http/endpoint.server.ts';
import { serveScraped } from '#lib/web/storage/storage.server.ts';
import type { RequestHandler } from './$types';

const serve: RequestHandler = endpoint(({ params, request, url, ...event }) =>
  serveScraped(params, request, url, visitorOf(event)),
);

export const GET = serve;
export const HEAD = serve;
