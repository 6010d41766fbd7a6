import { endpoint, fresh } from '#lib/web/http/endpoint.server.ts';
import { keyOnRecord } from '#lib/web/videos/request-place.server.ts';
import { versionsView } from '#lib/web/videos/versions.server.ts';
import type { RequestHandler } from './$types';

/** Every finished film, current and former, and what was deleted and can still be brought back. */
export const GET: RequestHandler = endpoint(async ({ params }) => {
  const { spotId, eraId } = await keyOnRecord(params.spot, params.era);
  return fresh(await versionsView(spotId, eraId));
});
