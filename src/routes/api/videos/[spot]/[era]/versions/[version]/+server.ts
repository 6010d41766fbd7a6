import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { keyOnRecord } from '#lib/web/videos/request-place.server.ts';
import { deleteFilm, restore, versionOfPath, versionsView } from '#lib/web/videos/versions.server.ts';
import { videoService } from '#lib/web/videos/video-service.server.ts';
import type { RequestHandler } from './$types';

/** Makes the version the current film. Costs nothing. */
export const POST: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  const { spotId, eraId } = await keyOnRecord(event.params.spot, event.params.era);
  await restore(spotId, eraId, versionOfPath(event.params.version));
  await videoService().look();
  return fresh(await videoService().view(spotId, eraId));
});

/** Deletes the version; the answer says until when that can be undone. */
export const DELETE: RequestHandler = endpoint(async (event) => {
  assertMaySpend(event);
  const { spotId, eraId } = await keyOnRecord(event.params.spot, event.params.era);
  await deleteFilm(spotId, eraId, versionOfPath(event.params.version));
  await videoService().look();
  return fresh(await versionsView(spotId, eraId));
});
