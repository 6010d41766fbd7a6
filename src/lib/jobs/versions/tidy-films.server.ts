import { rmSync } from 'node:fs';
import { removeAbandonedTemporaries } from '#lib/base/disk/paths.server.ts';
import { hasSeveralNames, isSameFile } from '#lib/base/disk/second-name.server.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { bringHome, type FilmContext } from './film-changes.server.ts';
import { hasLocalCopies, removeLocalCopies } from './film-objects.server.ts';
import { pathsOnRecord } from './film-place.server.ts';
import { expired, filmOf, versionsOf } from './film-record.ts';
import { removeDropped } from './remove-dropped.server.ts';
import { deletedPath, versionPath } from './version-names.ts';

/** Whether the record itself says that there is something to do. */
export function needsTidying<R extends JobRecord>({ place, clock }: Omit<FilmContext<R>, 'key'>, record: R): boolean {
  const { versions } = record;
  if (!versions) return hasLocalCopies(place, record);
  const film = filmOf(record);
  if (hasLocalCopies(place, record)) return true;
  const isAway = film?.localPath !== undefined && place.pathOf(film.localPath) !== place.finalPath;
  const isOver = expired(versions, clock.now()) !== versions;
  return isAway || isOver || versions.former.some(({ isDropped }) => isDropped);
}

/**
 * Finishes what a killed process began and permanently removes what was deleted more than a day ago: files of versions
 * that the record has dropped, a current film without its plain name, and, where asked for, names too many.
 * @param thorough also looks at the disk for second names, of which the record does not know
 */
export async function tidyFilms<R extends JobRecord>(
  films: FilmContext<R>,
  { thorough }: { thorough: boolean },
): Promise<void> {
  const { store, key, clock } = films;
  await store.update(key, (current) => {
    if (!current?.versions) return current;
    const versions = expired(current.versions, clock.now());
    return versions === current.versions ? current : { ...current, versions };
  });
  await removeLocalCopies(films);
  await removeDropped(films);
  await bringHome(films);
  if (thorough) await removeSecondNames(films);
}

/** Only names of files that have another name on record: no film is lost by this. */
async function removeSecondNames<R extends JobRecord>({ store, key, place }: FilmContext<R>): Promise<void> {
  const record = await store.get(key);
  if (!record || secondNames(place, record).length === 0) return;
  await store.update(key, (current) => {
    // Only as the record stands on disk: what is about to be written with this step may fail to be.
    if (current !== record) return current;
    // A temporary name as well, of a process that was killed while it gave the film its plain name.
    removeAbandonedTemporaries(place.finalPath);
    for (const name of secondNames(place, current)) rmSync(name, { force: true });
    return current;
  });
}

/** Of all names that a film of the key can have, those that the record does not need. */
export function secondNames(place: FilmContext<JobRecord>['place'], record: JobRecord): string[] {
  const known = pathsOnRecord(place, record);
  const doubled = known.filter(hasSeveralNames);
  if (doubled.length === 0) return [];
  const { last, current, former } = versionsOf(record);
  const numbers = new Set([1, last, last + 1, ...former.map(({ version }) => version), ...(current ? [current] : [])]);
  const names = [...numbers].flatMap((version) => [
    versionPath(place.finalPath, version),
    deletedPath(place.finalPath, version),
  ]);
  return [place.finalPath, ...names].filter(
    (name) => !known.includes(name) && doubled.some((one) => isSameFile(name, one)),
  );
}
