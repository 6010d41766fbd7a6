import { readSettings } from '#lib/config.ts';
import {
  arePicturesDue,
  type FilmPictures,
  finishedFilms,
  hasAllPictures,
  makeFilmPictures,
} from '#lib/pictures/index.ts';
import { type VideoMetadata, videoStore } from '#lib/wanx/video-metadata.ts';
import { filmsOf } from '#lib/wanx/videos/films.server.ts';

export interface VideoPictureOptions {
  /** Number of the film; default: the current one. */
  version?: number | undefined;
  /** Also makes those anew that are there. */
  remake?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

/** A finished film, former ones included, some of whose pictures are missing. */
export interface FilmWithoutPictures {
  spotId: string;
  eraId: string;
  version: number;
}

/**
 * Makes what is missing of the pictures of a finished film, with ffmpeg, and puts them on record. Free of charge.
 * @returns the pictures on record, and in `missing` what could not be made; undefined where there is no such film
 * @throws ReelError `aborted`, `disk*`, `store-corrupt`, `integrity` for a film that differs from its record
 */
export function makeVideoPictures(
  spotId: string,
  eraId: string,
  options: VideoPictureOptions = {},
): Promise<FilmPictures | undefined> {
  return makeFilmPictures(filmsOf(readSettings(), spotId, eraId), options);
}

/**
 * Every finished film without all of its pictures, the newest record first.
 * @param all also those that have them
 */
export async function listFilmsWithoutPictures({
  all = false,
}: {
  all?: boolean;
} = {}): Promise<FilmWithoutPictures[]> {
  const settings = readSettings();
  const found: Array<FilmWithoutPictures & { at: string }> = [];
  for await (const record of videoStore(settings).find()) {
    const { spotId, eraId } = record;
    const { place } = filmsOf(settings, spotId, eraId);
    for (const { version, film } of finishedFilms(record)) {
      if (all || !hasAllPictures(place, film)) found.push({ spotId, eraId, version, at: film.completedAt ?? '' });
    }
  }
  return found.sort((one, other) => other.at.localeCompare(one.at)).map(({ at: _at, ...film }) => film);
}

/** Videos whose process ended after the film was captured and before its pictures were made. */
export async function listVideosWithPicturesDue(): Promise<VideoMetadata[]> {
  const records = await Array.fromAsync(videoStore().find());
  return records.filter(arePicturesDue);
}
