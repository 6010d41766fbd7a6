import { visitorOf } from '#lib/web/access/visitor.server.ts';
import { serveDownload } from '#lib/web/downloads/downloads.server.ts';
import { endpoint } from '#lib/web/http/endpoint.server.ts';
import type { RequestHandler } from './$types';

const serve: RequestHandler = endpoint(({ params, request, url, ...event }) =>
  serveDownload({ folder: params.batchId, fileName: params.file }, request, url, visitorOf(event)),
);

export const GET = serve;
export const HEAD = serve;
