import type { ScrapedFilm } from '#lib/web/storage/storage-view.ts';
import { fetchDownloads, fetchFilms } from './storage-api.ts';
import { filmKey, justEnded, takeLook, type UnderWay } from './under-way.ts';

/**
 * What a page shows of downloads, as it is now. How a film has ended is asked for once, by its channel and id.
 * @throws what the requests throw
 */
export async function lookAtDownloads(before: UnderWay, fetcher: typeof fetch = fetch): Promise<UnderWay> {
  const { downloads, total } = await fetchDownloads(fetcher);
  const ends = new Map<string, ScrapedFilm>();
  for (const { channelId, videoId } of justEnded(before.rows, downloads)) {
    const [end] = (await fetchFilms({ channel: channelId, video: videoId }, fetcher)).videos;
    if (end) ends.set(filmKey(end), end);
  }
  return takeLook(before, { downloads, total }, ends);
}
