import { videoPageOf } from '#lib/openai-videos/answers/list.ts';
import type { OpenAIVideo } from '#lib/openai-videos/answers/video.ts';
import type { VideosApi } from './calls.server.ts';
import type { ListOptions } from './options.ts';

/** No account has so many pages; a server that always says "more" must not be read for ever. */
const MOST_PAGES = 10_000;

/** Every video of the account, over all pages. */
export async function* listedVideos(api: VideosApi, options: ListOptions): AsyncGenerator<OpenAIVideo> {
  const { order = 'desc', pageSize = 100, signal, timeoutMs } = options;
  let { after } = options;
  const seen = new Set<string>();
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const query = new URLSearchParams({ limit: String(pageSize), order, ...(after !== undefined && { after }) });
    const call = { method: 'GET', path: `/videos?${query}`, signal, timeoutMs } as const;
    const answer = await api.read('list', call, videoPageOf);
    // New videos shift the pages while they are read; and a server without paging answers the first page again.
    const fresh = answer.videos.filter(({ id }) => !seen.has(id));
    for (const video of fresh) {
      seen.add(video.id);
      yield video;
    }
    const hasMore = answer.hasMore ?? answer.rows >= pageSize;
    if (!hasMore || fresh.length === 0 || answer.lastId === undefined) return;
    after = answer.lastId;
  }
}
