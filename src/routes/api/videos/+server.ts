import { accessOf } from '#lib/web/access/visitor.server.ts';
import { listFor } from '#lib/web/events/snapshot.server.ts';
import { endpoint, freshVideos } from '#lib/web/http/endpoint.server.ts';
import { videoService } from '#lib/web/videos/video-service.server.ts';
import type { RequestHandler } from './$types';

/** Every video, or a page of them; what was spent, and what this visitor may do. */
export const GET: RequestHandler = endpoint(async (event) =>
  freshVideos(await listFor(event.request, accessOf(event), videoService())),
);
