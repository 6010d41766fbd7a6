import { lstatSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { sha256OfFile } from '#lib/base/disk/file-hash.server.ts';
import { identityOf } from '#lib/base/disk/second-name.server.ts';
import type { Finished, JobRecord, StoredObject } from '#lib/jobs/record/job-record.ts';
import type { FilmPlace } from './film-place.server.ts';
import type { Films } from './remove-dropped.server.ts';

/** @returns whether it is gone; false where its store cannot be reached now */
export async function removeObject({ objectsAt }: FilmPlace, { location, name }: StoredObject): Promise<boolean> {
  try {
    await objectsAt?.(location).remove(name);
    return objectsAt !== undefined;
  } catch {
    return false;
  }
}

/**
 * Removes local files of films that are in object storage: what is left between the record's switch and the removal by a
 * process that was killed there. Only files that have exactly the bytes on record go.
 */
export async function removeLocalCopies<R extends JobRecord>(films: Films<R>): Promise<void> {
  const record = await films.store.get(films.key);
  for (const film of record ? objectFilms(record) : []) {
    if (localCopyOf(films.place, film) !== undefined) await removeLocalCopy(films, film);
  }
}

/** Whether a film in object storage still has a file here. */
export function hasLocalCopies(place: FilmPlace, record: JobRecord): boolean {
  return objectFilms(record).some((film) => localCopyOf(place, film) !== undefined);
}

type Uploaded = Pick<Finished, 'localPath' | 'sizeBytes' | 'sha256' | 'object'>;

/** The film, former ones, and what else the task delivered. */
function objectFilms(record: JobRecord): Uploaded[] {
  const { previous, versions, assets = [] } = record;
  const all: Uploaded[] = [previous ?? record, ...(versions?.former ?? []), ...assets];
  return all.filter(({ object }) => object !== undefined);
}

/** Path of a file that may be the uploaded one: beside the film, and as large. */
function localCopyOf(place: FilmPlace, { localPath, sizeBytes, sha256 }: Uploaded): string | undefined {
  if (localPath === undefined || sha256 === undefined) return undefined;
  const path = place.pathOf(localPath);
  const found = dirname(path) === dirname(place.finalPath) ? lstatSync(path, { throwIfNoEntry: false }) : undefined;
  return found?.isFile() && found.size === sizeBytes ? path : undefined;
}

async function removeLocalCopy<R extends JobRecord>({ store, key, place }: Films<R>, film: Uploaded): Promise<void> {
  const path = localCopyOf(place, film);
  const identity = path === undefined ? undefined : identityOf(path);
  if (path === undefined || (await sha256OfFile(path)) !== film.sha256) return;
  // Within a step of the store, so that no process puts another film there between the check and the removal.
  await store.update(key, (current) => {
    const isOnRecord = current !== undefined && objectFilms(current).some((one) => one.sha256 === film.sha256);
    // A film that is fetched again is on its way from this very file.
    const isNeeded = current?.uploads !== undefined;
    if (isOnRecord && !isNeeded && identityOf(path) === identity) rmSync(path, { force: true });
    return current;
  });
}
