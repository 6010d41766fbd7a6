import { endpoint, freshVideos } from '#lib/web/endpoint.server.ts';
import { listFor } from '#lib/web/snapshot.server.ts';
import type { RequestHandler } from './$types';

/** Every video, or a page of them; what was spent, and what this visitor may do. */
export const GET: RequestHandler = endpoint((event) => freshVideos(listFor(event)));
