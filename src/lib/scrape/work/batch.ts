import PQueue from 'p-queue';
import { callSafely } from '#lib/base/call-safely.ts';
import type { ErrorCode } from '#lib/base/errors.ts';
import type { DownloadRequest } from '#lib/scrape/record/check-request.ts';
import type { FilmIds } from '#lib/scrape/record/names.ts';
import { isHindrance } from '#lib/scrape/record/outcome.ts';
import type { StoreResult } from '#lib/scrape/record/types.ts';
import { siteOf } from '#lib/scrape/sites/site-name.ts';
import type { ScrapeProgress } from './context.ts';

/** Calls under way for each site: most of them wait for a place, or for a site that pauses. */
const MOST_CALLS = 50;

export interface BatchOptions {
  signal?: AbortSignal | undefined;
  force?: boolean | undefined;
  onProgress?: ((ids: FilmIds, progress: ScrapeProgress) => void) | undefined;
  /** Called as each film ends; not for those that are stopped with the batch, which are left open. */
  onResult?: ((request: DownloadRequest, result: StoreResult) => void) | undefined;
}

export interface BatchResult {
  stored: number;
  skipped: number;
  failed: Array<{ request: DownloadRequest; code: ErrorCode; error: string; retryable: boolean }>;
  /** What would keep every other film from being stored as well: the rest was not tried. */
  stopped?: { code: ErrorCode; error: string };
}

type Download = (
  request: DownloadRequest,
  options: { signal: AbortSignal; force: boolean; onProgress: (progress: ScrapeProgress) => void },
) => Promise<StoreResult>;

/**
 * Stores many films; those of one site that pauses do not hold up the others. Never rejects because of a film, or of the signal.
 * @throws what `requests` throws, once what is under way has ended
 */
export async function runBatch(
  requests: AsyncIterable<DownloadRequest> | Iterable<DownloadRequest>,
  download: Download,
  { signal, force = false, onProgress, onResult }: BatchOptions,
): Promise<BatchResult> {
  const end = new AbortController();
  const either = AbortSignal.any([end.signal, ...(signal ? [signal] : [])]);
  const sites = new Map<string, PQueue>();
  const result: BatchResult = { stored: 0, skipped: 0, failed: [] };
  const one = async (request: DownloadRequest): Promise<void> => {
    if (either.aborted) return;
    const report = (progress: ScrapeProgress) => {
      const { channelId, videoId } = request;
      callSafely((event: ScrapeProgress) => onProgress?.({ channelId, videoId }, event), progress);
    };
    const film = await download(request, { signal: either, force, onProgress: report });
    if (either.aborted && !film.success && film.code === 'aborted') return;
    count(result, request, film);
    callSafely(() => onResult?.(request, film), undefined);
    if (result.stopped) end.abort(new Error(result.stopped.error));
  };
  try {
    for await (const request of requests) {
      if (either.aborted) break;
      void queueOf(sites, request).add(() => one(request));
    }
  } catch (error) {
    // A list that is stopped with its films has not failed.
    if (!signal?.aborted) throw error;
  } finally {
    await Promise.all([...sites.values()].map((queue) => queue.onIdle()));
  }
  return result;
}

function queueOf(sites: Map<string, PQueue>, { url }: DownloadRequest): PQueue {
  // What is no URL is refused by the call itself.
  const site = URL.canParse(url) ? siteOf(url) : '';
  const queue = sites.get(site) ?? new PQueue({ concurrency: MOST_CALLS });
  sites.set(site, queue);
  return queue;
}

function count(result: BatchResult, request: DownloadRequest, film: StoreResult): void {
  if (film.success) {
    result[film.skipped ? 'skipped' : 'stored'] += 1;
    return;
  }
  const { code, error, retryable } = film;
  if (isHindrance(code)) result.stopped ??= { code, error };
  else result.failed.push({ request, code, error, retryable });
}
