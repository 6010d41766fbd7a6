import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { withPublicRefusals } from '#lib/web/http/problem.ts';
import { readChange, readOrderBody } from '#lib/web/videos/order-schema.ts';
import { keyOnRecord, requestedPlace } from '#lib/web/videos/request-place.server.ts';
import { deleteFilm } from '#lib/web/videos/versions.server.ts';
import { videoService } from '#lib/web/videos/video-service.server.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = endpoint(async ({ params }) => {
  const { spotId, eraId } = await keyOnRecord(params.spot, params.era);
  return fresh(await videoService().view(spotId, eraId));
});

/** Starts making the video and responds at once; returns a finished one unless the order says `force`. */
export const POST: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  const { spot, era } = requestedPlace(event.params.spot, event.params.era);
  const order = await readOrderBody(event.request);
  const { view, started } = await withPublicRefusals(() => videoService().order(spot, era, order));
  return fresh(view, started ? 202 : 200);
});

/** Cancels a video under way; with `?file=1` deletes the finished film instead, which can be undone for a day. */
export const DELETE: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  const { spotId, eraId } = await keyOnRecord(event.params.spot, event.params.era);
  const { file } = readChange(event.url.searchParams);
  if (file === undefined) return fresh(await videoService().cancel(spotId, eraId));
  await deleteFilm(spotId, eraId);
  await videoService().look();
  return fresh(await videoService().view(spotId, eraId));
});
