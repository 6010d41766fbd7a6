import { diskError } from '#lib/base/disk/disk-error.server.ts';
import type { ReelError } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import type { FilmPictures } from '#lib/jobs/record/job-record.ts';
import { type MediaRecord, mediaKey } from '#lib/media/items/record.ts';
import { mediaLibrary, readableLibrary, usableLibrary } from '#lib/media/root/library.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { rootState } from '#lib/media/root/media-root.server.ts';
import { areWhole, canBeRead, type DrawPictures, drawFilm, type Film, isFilm } from './media-pictures.server.ts';

/** A film of the library. */
export type MediaFilm = Pick<MediaRecord, 'projectId' | 'id' | 'name'>;

export interface FinishPicturesOptions {
  /** Only of those for which it returns true. */
  only?: ((film: MediaFilm) => boolean) | undefined;
  signal?: AbortSignal | undefined;
  library?: MediaLibrary | undefined;
}

export interface FinishedPictures {
  film: MediaFilm;
  /** What could not be made and why, one sentence each. */
  missing: readonly string[];
  /** Why they are still due: the next call tries again. */
  error?: ReelError | undefined;
}

export interface MediaPictureOptions {
  /** Also makes those anew that are there. */
  remake?: boolean | undefined;
  signal?: AbortSignal | undefined;
  library?: MediaLibrary | undefined;
}

/**
 * Makes what is missing of the pictures of a film in the library, beside it, and puts them on record. Free of charge.
 * @param draw `makePictures` of `reelkeep/pictures`
 * @returns the pictures on record, and in `missing` what could not be made; undefined where there is no such film
 * @throws ReelError `disk` while the library is offline; `aborted`, `store-corrupt`, `disk*`, and of the object storage
 */
export async function makeMediaPictures(
  film: Pick<MediaRecord, 'projectId' | 'id'>,
  draw: DrawPictures,
  options: MediaPictureOptions = {},
): Promise<FilmPictures | undefined> {
  const library = await usableLibrary(options.library);
  const record = await library.store.get(mediaKey(film));
  if (!isFilm(record) || !(await canBeRead(library, record))) return undefined;
  if (!options.remake && areWhole(library, record)) return record.pictures;
  await drawFilm(library, record, draw, options.signal);
  return (await library.store.get(mediaKey(film)))?.pictures;
}

/**
 * Makes the pictures of the films that have been saved since this was last called, in this process or another; none where the
 * settings want none, or while the library is offline. Never rejects for a film, which is complete without them.
 * @param draw `makePictures` of `reelkeep/pictures`
 * @throws ReelError `config`, `store-corrupt`
 */
export async function finishMediaPictures(
  draw: DrawPictures,
  { only = () => true, signal, library: given }: FinishPicturesOptions = {},
): Promise<FinishedPictures[]> {
  const library = readSettings().makesPictures ? onlineLibrary(given) : undefined;
  if (!library) return [];
  const unfinished = await Array.fromAsync(library.store.find({ unfinished: true }));
  const finished: FinishedPictures[] = [];
  for (const record of unfinished) {
    if (signal?.aborted) break;
    const isWanted = isDue(record) && only(filmOf(record)) && (await canBeRead(library, record));
    if (isWanted) finished.push(await finishOne(record, draw, { signal, library }));
  }
  return finished;
}

/**
 * Every film of the library without all of its pictures; none while the library is offline.
 * @param all also those that have them
 * @throws ReelError `config`, `store-corrupt`
 */
export async function listMediaFilmsWithoutPictures({
  all = false,
  library: given,
}: {
  all?: boolean;
  library?: MediaLibrary | undefined;
} = {}): Promise<MediaFilm[]> {
  const library = onlineLibrary(given);
  if (!library) return [];
  const found: MediaFilm[] = [];
  for await (const record of library.store.find()) {
    if (!isFilm(record) || !(await canBeRead(library, record))) continue;
    if (all || !areWhole(library, record)) found.push(filmOf(record));
  }
  return found;
}

/** Undefined where there is none, or its drive is away. */
function onlineLibrary(given = mediaLibrary()): MediaLibrary | undefined {
  return rootState(given).kind === 'offline' ? undefined : readableLibrary(given);
}

/** Not one that is on its way to object storage: its file goes away while it is read. */
function isDue(record: MediaRecord): record is Film {
  const isGoing = record.uploading !== undefined && record.object === undefined;
  return isFilm(record) && record.pictures?.isDue === true && !isGoing;
}

async function finishOne(
  record: MediaRecord,
  draw: DrawPictures,
  options: Pick<FinishPicturesOptions, 'signal' | 'library'>,
): Promise<FinishedPictures> {
  const film = filmOf(record);
  try {
    const { missing = [] } = (await makeMediaPictures(film, draw, options)) ?? {};
    return { film, missing };
  } catch (error) {
    const known = diskError(error, film.name);
    return { film, missing: [known.message], error: known };
  }
}

function filmOf({ projectId, id, name }: MediaRecord): MediaFilm {
  return { projectId, id, name };
}
