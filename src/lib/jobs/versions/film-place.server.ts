import { existsSync, lstatSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isSameFile } from '#lib/base/disk/second-name.server.ts';
import type { Finished, JobRecord, Versions } from '#lib/jobs/record/job-record.ts';
import type { AssetStore } from '#lib/stores/assets/asset-store.ts';
import { deletedPath, parseVersionName, versionPath } from './version-names.ts';

/** Where the films of one key lie. */
export interface FilmPlace {
  /** Absolute path of the current film, and the form in which records keep it. */
  finalPath: string;
  localPath: string;
  /** Absolute path of what a record keeps in that form. */
  pathOf(localPath: string): string;
  /** The store of an object on record. @throws ReelError `config` where it cannot be reached with these settings */
  objectsAt?: ((location: string) => AssetStore) | undefined;
}

/**
 * Whether the film's file is where the record says, and as large. One in object storage is taken at the record's word, which
 * was written after the upload had been read back: a store that is away for a moment is no reason to buy the film again.
 */
export function hasFilm(
  place: Pick<FilmPlace, 'pathOf'>,
  { localPath, sizeBytes, object }: Partial<Finished>,
): boolean {
  if (localPath === undefined) return false;
  if (object) return true;
  const found = lstatSync(place.pathOf(localPath), { throwIfNoEntry: false });
  return found?.isFile() === true && (sizeBytes === undefined || found.size === sizeBytes);
}

/** Whether a film of the key, current or former, can have this path, and no other file. */
export function isOwnName({ finalPath }: Pick<FilmPlace, 'finalPath'>, path: string): boolean {
  const name = basename(path);
  return dirname(path) === dirname(finalPath) && (parseVersionName(name)?.name ?? name) === basename(finalPath);
}

/** The paths of a film's pictures, of those that are named after its key. */
export function picturesOf({ finalPath }: Pick<FilmPlace, 'finalPath'>, { pictures = {} }: Finished): string[] {
  const stem = basename(finalPath).replace(/\.[^.]+$/, '');
  return [pictures.poster, pictures.posterSmall, pictures.spriteSheet, pictures.spriteIndex]
    .flatMap((picture) => picture?.name ?? [])
    .filter((name) => name === basename(name) && name.startsWith(stem) && /^[._]/.test(name.slice(stem.length)))
    .map((name) => join(dirname(finalPath), name));
}

/** Every path at which the record has a film of its key. */
export function pathsOnRecord(place: Pick<FilmPlace, 'pathOf'>, record: JobRecord): string[] {
  const names = [record.localPath, record.previous?.localPath, ...(record.versions?.former ?? []).map(nameOf)];
  return [...new Set(names.flatMap((name) => (name === undefined ? [] : [place.pathOf(name)])))];
}

function nameOf({ localPath }: { localPath?: string | undefined }): string | undefined {
  return localPath;
}

/** Whether the file of this name has another name, which is on record: then this one can go without a loss. */
export function isSecondName(place: Pick<FilmPlace, 'pathOf'>, record: JobRecord, path: string): boolean {
  const known = pathsOnRecord(place, record);
  return !known.includes(path) && known.some((one) => isSameFile(one, path));
}

/**
 * The number for a film that has none yet, or is about to be named after its own for the first time. One whose name is
 * taken by a file that these records do not know is passed over: it would be lost.
 * @param path of the film
 */
export function freeNumber(
  { finalPath }: Pick<FilmPlace, 'finalPath'>,
  versions: Versions,
  path?: string,
  preferred?: number,
): number {
  const isFree = (version: number) =>
    [versionPath(finalPath, version), deletedPath(finalPath, version)].every(
      (name) => !existsSync(name) || (path !== undefined && isSameFile(path, name)),
    );
  if (preferred !== undefined && isFree(preferred)) return preferred;
  let version = versions.last + 1;
  while (!isFree(version)) version += 1;
  return version;
}
