import { assertMaySpend } from '#lib/web/access/visitor.server.ts';
import { retryDownload } from '#lib/web/downloads/downloads.server.ts';
import { endpoint } from '#lib/web/http/endpoint.server.ts';
import type { RequestHandler } from './$types';

/** Tries the failed download of a page again. */
export const POST: RequestHandler = endpoint((event) => {
  assertMaySpend(event);
  return retryDownload(event.request);
});
