import { accessOf } from '#lib/web/access/visitor.server.ts';
import { downloadStatus, oneDownload } from '#lib/web/downloads/downloads.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import type { RequestHandler } from './$types';

/** How the downloads of finished videos stand. */
export const GET: RequestHandler = endpoint((event) => fresh(downloadStatus(event.url, accessOf(event).allowed)));

/** The latest download of one page. */
export const POST: RequestHandler = endpoint((event) => oneDownload(event.request, accessOf(event).allowed));
