import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { keyOnRecord } from '#lib/web/videos/request-place.server.ts';
import { readUndo, undoDeletion } from '#lib/web/videos/versions.server.ts';
import { videoService } from '#lib/web/videos/video-service.server.ts';
import type { RequestHandler } from './$types';

/** Takes the last deletion of a film back, or that of one version. */
export const POST: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  const { spotId, eraId } = await keyOnRecord(event.params.spot, event.params.era);
  await undoDeletion(spotId, eraId, readUndo(event.url.searchParams));
  await videoService().look();
  return fresh(await videoService().view(spotId, eraId));
});
