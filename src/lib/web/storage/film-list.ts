import type { ScrapedVideo } from '#lib/scrape/record/types.ts';

/** A part of a list, and where the next one begins. */
export interface FilmPart {
  videos: ScrapedVideo[];
  nextCursor?: string;
}

/**
 * Films in the order of a list, the newest first: those after the cursor. The cursor is a position, so that it stays
 * valid when films come and go.
 */
export function partOf(films: readonly ScrapedVideo[], limit: number, cursor = ''): FilmPart {
  const placed = films
    .map((video) => ({ video, place: placeOf(video) }))
    .filter(({ place }) => cursor === '' || place < cursor)
    .sort((one, other) => (one.place < other.place ? 1 : -1));
  const part = placed.slice(0, limit);
  const last = part.at(-1);
  return {
    videos: part.map(({ video }) => video),
    ...(last && placed.length > limit && { nextCursor: last.place }),
  };
}

function placeOf({ channelId, videoId, createdAt, download_completed_at: storedAt }: ScrapedVideo): string {
  return `${storedAt ?? createdAt} ${channelId}/${videoId}`;
}
