import { isReelError, ReelError } from '#lib/base/errors.ts';
import { type HistoryPage, historyPageOf, type PastRequest } from '#lib/fal/answers/history.ts';
import type { FalApi } from './fal-api.server.ts';

/** The most that fal gives, and less where the pictures in their inputs make a page too large to be read. */
const PAGE_SIZES = [100, 10, 1] as const;
/** No window has so many pages; a server that always says "more" must not be read for ever. */
const MOST_PAGES = 1000;

export interface HistoryQuery {
  modelId: string;
  /** Without it fal lists one day only. */
  startMs: number;
  signal: AbortSignal;
}

/**
 * The requests of an account to one model since a time, with their inputs and outputs, over all pages. fal does not list what
 * is still running, and not always what was put in: that a request is missing proves nothing.
 * @throws ReelError when any page cannot be read
 */
export async function* pastRequests(
  api: FalApi,
  { modelId, startMs, signal }: HistoryQuery,
): AsyncGenerator<PastRequest> {
  const { apiUrl } = api.settings.endpoint;
  const query = { endpoint_id: modelId, start: new Date(startMs).toISOString(), expand: 'payloads' };
  const context = { stage: 'submitting' } as const;
  let cursor: string | undefined;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { requests, nextCursor } = await readPage(async (limit) => {
      const asked = { ...query, limit: String(limit), ...(cursor !== undefined && { cursor }) };
      const url = `${apiUrl}/v1/models/requests/by-endpoint?${new URLSearchParams(asked)}`;
      return api.read({ method: 'GET', url, signal }, context, historyPageOf);
    });
    yield* requests;
    if (nextCursor === undefined) return;
    cursor = nextCursor;
  }
  throw new ReelError('provider-failed', "fal's list of requests has no end. Try again later.", { retryable: true });
}

async function readPage(read: (limit: number) => Promise<HistoryPage>): Promise<HistoryPage> {
  for (const limit of PAGE_SIZES) {
    try {
      return await read(limit);
    } catch (error) {
      if (!isReelError(error) || error.code !== 'too-large' || limit === 1) throw error;
    }
  }
  throw new ReelError('too-large', "fal's list of requests cannot be read.");
}
