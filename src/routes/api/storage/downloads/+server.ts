import { accessOf } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { scrapedDownloads } from '#lib/web/storage/storage.server.ts';
import type { RequestHandler } from './$types';

/** What is wanted or under way. */
export const GET: RequestHandler = endpoint(async (event) =>
  fresh(await scrapedDownloads(event.url, accessOf(event).allowed)),
);
