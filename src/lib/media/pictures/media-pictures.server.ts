import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { makeFolderBelow } from '#lib/base/disk/durable-create.server.ts';
import type { FilmPictures } from '#lib/jobs/record/job-record.ts';
import { hasAllPictures, intactPictures } from '#lib/jobs/versions/intact-pictures.server.ts';
import { fileClaim, type MediaRecord, mediaKey } from '#lib/media/items/record.ts';
import { localStateOf } from '#lib/media/root/local-state.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { withLocalCopy } from '#lib/stores/assets/local-copy.server.ts';
import { isSameFile } from './due-pictures.ts';
import { picturePathsOf, pictureStemOf } from './picture-files.ts';

/** Draws the pictures of a film, as `makePictures` of `pictures`. Passed in as a value, since the library does not draw. */
export type DrawPictures = (
  filmPath: string,
  options: {
    stem: string;
    durationSeconds: number | undefined;
    signal: AbortSignal | undefined;
    publishWithin(pictures: FilmPictures, rename: () => void): Promise<void>;
  },
) => Promise<FilmPictures>;

/** A film of the library. */
export type Film = MediaRecord & { localPath: string };

export function isFilm(record: MediaRecord | undefined): record is Film {
  return record?.type === 'video' && record.localPath !== undefined && record.deletedAt === undefined;
}

/** Whether the film is on disk or in object storage. One that a sync service keeps elsewhere must not be opened. */
export async function canBeRead({ root, statOptions }: MediaLibrary, record: Film): Promise<boolean> {
  const { object, localPath, fileSize } = record;
  return object !== undefined || (await localStateOf(root, localPath, fileSize, statOptions)) === 'here';
}

export function areWhole(library: MediaLibrary, record: Film): boolean {
  return hasAllPictures(placeIn(library), record);
}

function placeIn({ root }: MediaLibrary) {
  return { pathOf: (localPath: string) => join(root, ...localPath.split('/')) };
}

/**
 * Draws the pictures of a film and puts them on record. One in object storage is fetched for that.
 * @throws ReelError of the library's disk, its records and its object storage; what `draw` throws
 */
export async function drawFilm(
  library: MediaLibrary,
  record: Film,
  draw: DrawPictures,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { localPath, fileSize: sizeBytes, sha256, duration: durationSeconds, object } = record;
  const path = placeIn(library).pathOf(localPath);
  const stem = join(dirname(path), pictureStemOf(basename(path), markOf));
  const publishWithin = (made: FilmPictures, rename: () => void) => putOnRecord(library, record, made, rename);
  const use = (filmPath: string) => draw(filmPath, { stem, durationSeconds, signal, publishWithin });
  if (!object) return void (await use(path));
  makeFolderOf(library, localPath);
  const store = library.objectsAt(object.location);
  await withLocalCopy({ store, name: object.name, beside: stem, sizeBytes, sha256, signal }, use);
}

function markOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8);
}

/** Of a film in object storage it may not be there. @throws ReelError `disk` where the root is: nothing is made in its place */
function makeFolderOf({ root }: MediaLibrary, localPath: string): void {
  try {
    makeFolderBelow(root, dirname(localPath));
  } catch (error) {
    throw diskError(error, root);
  }
}

/** In one step of the store with the renames: a picture on record is the file of its name. */
async function putOnRecord(library: MediaLibrary, record: Film, made: FilmPictures, rename: () => void): Promise<void> {
  const key = mediaKey(record);
  const claims = picturePathsOf({ localPath: record.localPath, pictures: made }).map(fileClaim);
  await library.store.update(
    key,
    (current, step) => {
      // Deleted, or given another file, in the meantime.
      if (!isFilm(current) || !isSameFile(current, record)) return current;
      const isTaken = claims.some((claim) => (step.ownerOf(claim) ?? key) !== key);
      const problem = isTaken ? NAME_TAKEN : isOfAnother(made, record) ? OTHER_FILM : undefined;
      if (problem !== undefined) return { ...current, pictures: { missing: [problem] } };
      rename();
      return { ...current, pictures: { ...(made.missing && intactPictures(placeIn(library), current)), ...made } };
    },
    { claims },
  );
}

const NAME_TAKEN = 'No pictures: another item of the project has the name that one of them would have.';
const OTHER_FILM = 'No pictures: the film is not the one on record.';

function isOfAnother({ filmSha256 }: FilmPictures, { sha256 }: Film): boolean {
  return filmSha256 !== undefined && sha256 !== undefined && filmSha256 !== sha256;
}
