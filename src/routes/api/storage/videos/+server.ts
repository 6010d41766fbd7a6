import { accessOf } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { scrapedFilms } from '#lib/web/storage/storage.server.ts';
import type { RequestHandler } from './$types';

/** The films on record: all, or those of a text, a channel, a status. */
export const GET: RequestHandler = endpoint(async (event) =>
  fresh(await scrapedFilms(event.url, accessOf(event).allowed)),
);
