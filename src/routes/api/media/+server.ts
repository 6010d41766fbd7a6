import { accessOf } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { mediaOverview } from '#lib/web/media/media-list.server.ts';
import type { RequestHandler } from './$types';

/** The media library: its projects, and what can be done with it. */
export const GET: RequestHandler = endpoint(async (event) => fresh(await mediaOverview(accessOf(event))));
