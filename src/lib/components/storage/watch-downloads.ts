import type { ScrapedFilm } from '#lib/web/storage/storage-view.ts';
import { fetchDownloads, fetchFilms } from './storage-api.ts';
import { filmKey, justEnded, takeLook, type UnderWay } from './under-way.ts';

/**
 * What a page shows of downloads, as it is now. How a film has ended is asked for once, by its channel and id.
 * @throws what the requests throw
 */
export async function lookAtDownloads(before: UnderWay, fetcher: typeof fetch = fetch): Promise<UnderWay> {
  const { downloads } = await fetchDownloads(fetcher);
  const ends = new Map<string, ScrapedFilm>();
  for (const row of justEnded(before.rows, downloads)) {
    const { videos } = await fetchFilms({ channel: row.channelId, text: row.videoId }, fetcher);
    const end = videos.find((film) => filmKey(film) === filmKey(row));
    if (end) ends.set(filmKey(row), end);
  }
  return takeLook(before, downloads, ends);
}
