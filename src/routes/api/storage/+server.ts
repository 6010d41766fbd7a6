import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { storageOverview } from '#lib/web/storage/storage.server.ts';
import type { RequestHandler } from './$types';

/** What is stored of other sites' videos, and what that costs. */
export const GET: RequestHandler = endpoint(async () => fresh(await storageOverview()));
