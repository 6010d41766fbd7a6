import { basename, dirname, join } from 'node:path';
import { commandLine } from '#lib/base/command-line.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { FilmPictures, Finished, JobRecord } from '#lib/jobs/record/job-record.ts';
import { stemOf } from '#lib/jobs/record/picture-names.ts';
import { hasAllPictures, intactPictures } from '#lib/jobs/versions/intact-pictures.server.ts';
import type { Films } from '#lib/jobs/versions/remove-dropped.server.ts';
import { versionPath } from '#lib/jobs/versions/version-names.ts';
import { withLocalCopy } from '#lib/stores/assets/local-copy.server.ts';
import { makePictures, type PictureOptions } from './make-pictures.server.ts';
import { finishedFilms, withPictures } from './record-pictures.ts';

export interface FilmPictureOptions extends Omit<PictureOptions, 'stem' | 'publishWithin'> {
  /** Number of the film; default: the current one. */
  version?: number | undefined;
  /** Also makes those anew that are there. */
  remake?: boolean | undefined;
}

/**
 * Makes the pictures of a finished film and puts them on record with it. They are named after its number, which it keeps
 * for ever: wherever the film itself is moved, its pictures stay where they are, and what refers to them stays true.
 * @returns the film's pictures as they are on record now; undefined where there is no such film
 * @throws ReelError as `makePictures`, and what the stores throw
 */
export async function makeFilmPictures<R extends JobRecord>(
  films: Films<R>,
  { version, remake = false, ...options }: FilmPictureOptions = {},
): Promise<FilmPictures | undefined> {
  const one = await findFilm(films, version);
  if (!one) return undefined;
  if (!remake && hasAllPictures(films.place, one.film)) return one.film.pictures;
  const path = films.place.pathOf(one.film.localPath ?? '');
  const stem = join(dirname(path), basename(stemOf(versionPath(films.place.finalPath, one.version))));
  const make = (filmPath: string) =>
    makePictures(filmPath, {
      durationSeconds: one.film.receipt?.delivered?.durationSeconds,
      ...options,
      stem,
      publishWithin: (made, rename) => putOnRecord(films, one, made, rename),
    });
  await withFilm(films.place, one.film, path, options.signal, make);
  return (await findFilm(films, one.version))?.film.pictures;
}

/** The film itself, or a copy of one that is in object storage. */
function withFilm<T>(
  { objectsAt }: Films<JobRecord>['place'],
  { object, sizeBytes, sha256 }: Finished,
  path: string,
  signal: AbortSignal | undefined,
  use: (path: string) => Promise<T>,
): Promise<T> {
  if (!object || !objectsAt) return use(path);
  const { location, name } = object;
  return withLocalCopy({ store: objectsAt(location), name, beside: path, sizeBytes, sha256, signal }, use);
}

interface OneFilm {
  version: number;
  film: Finished;
}

async function findFilm<R extends JobRecord>({ store, key }: Films<R>, version?: number): Promise<OneFilm | undefined> {
  const record = await store.get(key);
  const films = record ? finishedFilms(record) : [];
  return films.find((one) => (version === undefined ? one.isCurrent : one.version === version));
}

/** In one step of the store with the renames: a picture on record is the file of its name. */
async function putOnRecord<R extends JobRecord>(
  { store, key, place }: Films<R>,
  { version, film }: OneFilm,
  made: FilmPictures,
  rename: () => void,
): Promise<void> {
  if (film.sha256 !== undefined && made.filmSha256 !== undefined && made.filmSha256 !== film.sha256) {
    throw new ReelError(
      'integrity',
      `The film ${version} of ${key} is not the one on record. Run: ${commandLine('audit')}`,
    );
  }
  await store.update(key, (current) => {
    const now = current && finishedFilms(current).find((one) => one.version === version)?.film;
    // Deleted, or fetched again, in the meantime.
    if (!current || !now || now.sha256 !== film.sha256 || now.sizeBytes !== film.sizeBytes) return current;
    const pictures = { ...(made.missing && intactPictures(place, now)), ...made };
    // Also where the record stays as it is: the files may have been lost.
    rename();
    if (JSON.stringify(pictures) === JSON.stringify(now.pictures)) return current;
    return withPictures(current, version, pictures);
  });
}
