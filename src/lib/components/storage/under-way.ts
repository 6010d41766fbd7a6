import type { ScrapedFilm } from '#lib/web/storage/storage-view.ts';

export function filmKey({ channelId, videoId }: Pick<ScrapedFilm, 'channelId' | 'videoId'>): string {
  return `${channelId}/${videoId}`;
}

export interface UnderWay {
  /** In the order in which they were first seen: a film keeps its row. */
  rows: ScrapedFilm[];
  /** Films that have ended since the page was opened. */
  ended: number;
}

/**
 * What a page shows of downloads after another look at the server.
 * @param now what is under way
 * @param ends how those stand that are not any more, as far as the server knows them
 */
export function takeLook(
  before: UnderWay,
  now: readonly ScrapedFilm[],
  ends: ReadonlyMap<string, ScrapedFilm>,
): UnderWay {
  const current = new Map(now.map((film) => [filmKey(film), film]));
  const rows = before.rows.map((row) => current.get(filmKey(row)) ?? ends.get(filmKey(row)) ?? row);
  const known = new Set(rows.map(filmKey));
  const ended = rows.filter((row) => !current.has(filmKey(row))).length;
  return { rows: [...rows, ...now.filter((film) => !known.has(filmKey(film)))], ended };
}

/** The rows that were under way and are not any more: how they have ended is to be asked for. */
export function justEnded(rows: readonly ScrapedFilm[], now: readonly ScrapedFilm[]): ScrapedFilm[] {
  const current = new Set(now.map(filmKey));
  return rows.filter((row) => isUnderWay(row) && !current.has(filmKey(row)));
}

function isUnderWay({ status }: ScrapedFilm): boolean {
  return status === 'pending' || status === 'downloading';
}
