import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { stemOfName } from '#lib/scrape/record/names.ts';
import type { FetchedFilm, ObjectPlace, ScrapedRecord, StoredFilm } from '#lib/scrape/record/record.ts';
import { isNameUnusable } from '#lib/stores/assets/asset-rules.ts';
import type { FilmWork } from './context.ts';

/** Removes the objects that no film has any more. @throws ReelError of the store */
export async function removeDoomed({ held, context }: FilmWork): Promise<void> {
  const { doomed = [] } = held.record;
  if (doomed.length === 0) return;
  for (const place of doomed) await context.stores.at(place).remove(place.name);
  await held.patch({ doomed: undefined });
}

/** What killed processes have left beside the film and its pictures: while the film is ours, nobody else writes them. */
export async function removeLeftovers({ held, context }: FilmWork): Promise<void> {
  const { stored, pictureObjects = [] } = held.record;
  for (const place of stored ? [stored, ...pictureObjects] : []) {
    await context.stores.at(place).removeLeftovers?.(place.name);
  }
}

export const KINDS = ['poster', 'posterSmall', 'spriteSheet', 'spriteIndex'] as const;
type FilmPictures = NonNullable<ScrapedRecord['pictures']>;

/**
 * Makes the pictures of a stored film and stores them beside it.
 * @param fetched the file that it was stored from, if it is still here; else the film is read from the store
 * @throws ReelError `aborted`, `disk*`, errors of the store: they stay due
 */
export async function storePictures(work: FilmWork, fetched: FetchedFilm | undefined): Promise<void> {
  const { held, context, signal, report } = work;
  const { stored, pictures } = held.record;
  if (!stored || !pictures?.isDue) return;
  const { isDue: _due, missing: _missing, ...before } = pictures;
  if (!context.drawPictures) return void (await held.patch({ pictures: undefined }));
  report({ stage: 'pictures' });
  const folder = await context.folders.open(context.folders.nameOf(held.record, held.fence));
  const hasFile = fetched && context.folders.hasFile(fetched.folder, fetched.file, stored.sizeBytes);
  const filmPath = hasFile
    ? context.folders.pathOf(fetched.folder, fetched.file)
    : await copyOf(work, stored, `${folder}/film`);
  const made = await context.drawPictures(filmPath, {
    stem: `${folder}/${basename(stemOfName(stored.name))}`,
    ...{ durationSeconds: held.record.download_duration, signal },
  });
  // What could not be made anew may be there from before.
  const known = made.missing ? { ...before, ...made } : made;
  await held.patch({ pictureObjects: objectsOf(stored, known) });
  for (const kind of KINDS) {
    const picture = made[kind];
    if (picture) await putPicture(work, stored, picture, `${folder}/${picture.name}`);
  }
  await held.patch({ pictures: known });
}

function objectsOf({ location, name }: StoredFilm, made: FilmPictures): Array<ObjectPlace & { sizeBytes: number }> {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  return KINDS.flatMap((kind) => {
    const picture = made[kind];
    return picture ? [{ location, name: folder + picture.name, sizeBytes: picture.sizeBytes }] : [];
  });
}

async function putPicture(
  { context, signal }: FilmWork,
  { location, name }: StoredFilm,
  picture: NonNullable<FilmPictures['poster']>,
  path: string,
): Promise<void> {
  const target = name.slice(0, name.lastIndexOf('/') + 1) + picture.name;
  const store = context.stores.at({ location });
  const { sizeBytes, sha256, mimeType } = picture;
  const put = () => store.put(target, { path }, { sizeBytes, sha256, mimeType }, { signal });
  try {
    await put();
  } catch (error) {
    if (!isNameUnusable(error)) throw error;
    // One that a killed process has drawn with another version of ffmpeg: the name belongs to our film.
    await store.remove(target);
    await put();
  }
}

/** @throws ReelError of the store, `disk*` */
async function copyOf({ context, signal }: FilmWork, stored: StoredFilm, path: string): Promise<string> {
  const content = await context.stores.at(stored).open(stored.name);
  try {
    await pipeline(content, createWriteStream(path), { signal });
    return path;
  } catch (error) {
    throw diskError(error, path);
  }
}
