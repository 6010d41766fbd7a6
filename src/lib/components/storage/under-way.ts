import type { ScrapedDownloads, ScrapedFilm } from '#lib/web/storage/storage-view.ts';

export function filmKey({ channelId, videoId }: Pick<ScrapedFilm, 'channelId' | 'videoId'>): string {
  return `${channelId}/${videoId}`;
}

export interface UnderWay {
  /** In the order in which they were first seen: a film keeps its row. */
  rows: ScrapedFilm[];
  /** Films that have ended since the page was opened. */
  ended: number;
  /** Films that wait, too, and have no row. */
  more: number;
}

/** What a page begins with. */
export function firstLook({ downloads, total }: ScrapedDownloads): UnderWay {
  return { rows: downloads, ended: 0, more: total - downloads.length };
}

/**
 * What a page shows of downloads after another look at the server.
 * @param now what is under way
 * @param ends how those stand that are not among them any more, as far as the server knows them
 */
export function takeLook(
  before: UnderWay,
  { downloads, total }: ScrapedDownloads,
  ends: ReadonlyMap<string, ScrapedFilm>,
): UnderWay {
  const current = new Map(downloads.map((film) => [filmKey(film), film]));
  const rows = before.rows
    .map((row) => current.get(filmKey(row)) ?? ends.get(filmKey(row)) ?? row)
    // One that goes on waiting has given its place to another that has begun.
    .filter((row) => current.has(filmKey(row)) || !(isUnderWay(row) && ends.has(filmKey(row))));
  const known = new Set(rows.map(filmKey));
  const ended = rows.filter((row) => !current.has(filmKey(row))).length;
  const come = downloads.filter((film) => !known.has(filmKey(film)));
  return { rows: [...rows, ...come], ended, more: total - downloads.length };
}

/** The rows that were under way and are not any more: how they have ended is to be asked for. */
export function justEnded(rows: readonly ScrapedFilm[], now: readonly ScrapedFilm[]): ScrapedFilm[] {
  const current = new Set(now.map(filmKey));
  return rows.filter((row) => isUnderWay(row) && !current.has(filmKey(row)));
}

function isUnderWay({ status }: ScrapedFilm): boolean {
  return status === 'pending' || status === 'downloading';
}
