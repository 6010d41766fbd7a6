import { endpoint, fresh } from '#lib/web/endpoint.server.ts';
import { snapshotFor } from '#lib/web/snapshot.server.ts';
import type { RequestHandler } from './$types';

/** Every video, what was spent, and what this visitor may do. */
export const GET: RequestHandler = endpoint((event) => fresh(snapshotFor(event)));
