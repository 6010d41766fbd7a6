import { lstatSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { temporaryPathFor } from '#lib/base/disk/paths.server.ts';
import {
  addNameSync,
  copyDurably,
  identityOf,
  isWithoutHardLinks,
  renameDurablySync,
} from '#lib/base/disk/second-name.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { AssetPlace, Job, JobRun } from '#lib/jobs/job.ts';
import type { Finished, JobRecord, StoredObject, Version } from '#lib/jobs/record/job-record.ts';
import { removeLocalCopies, removeObject } from './film-objects.server.ts';
import { type FilmPlace, freeNumber, hasFilm, isSecondName } from './film-place.server.ts';
import { DEFAULT_KEPT_VERSIONS, filmOf, pruned, versionsOf } from './film-record.ts';
import { removeDropped } from './remove-dropped.server.ts';
import { versionPath } from './version-names.ts';

type Captured = NonNullable<JobRecord['captured']>;
type AnyJob<R extends JobRecord, Request> = Pick<Job<R, Request>, 'pathOf' | 'keepVersions' | 'objectsAt'>;

/**
 * Puts on record which file is about to be published, and in the same step gives the film that stands in its place its
 * version name, where the record finds it from then on. Killed before the record is written, the film has two names, and
 * killed after it, the old film is where its record says: neither is lost by the rename that follows.
 * @throws ReelError as `LeasedRecord.patch`, or `disk*`: then nothing may be published
 */
export function recordCaptured<R extends JobRecord, Request>(
  run: Pick<JobRun<R, Request>, 'job' | 'leased'>,
  place: AssetPlace,
  captured: Captured,
): Promise<void> {
  return keepFormer(run, place, captured, { captured });
}

/** As `recordCaptured`, with nothing on record where there is no other film to keep. */
export async function keepFormer<R extends JobRecord, Request>(
  { job, leased }: Pick<JobRun<R, Request>, 'job' | 'leased'>,
  place: AssetPlace,
  captured: Captured,
  change: Partial<JobRecord> = {},
): Promise<void> {
  const record = (giveName: (name: string) => void) =>
    leased.patch((current) => ({ ...change, ...keptFormer(filmPlaceOf(job, place), current, captured, giveName) }));
  try {
    await record((name) => addNameSync(place.finalPath, name));
  } catch (error) {
    if (!isWithoutHardLinks(error)) throw diskError(error, place.finalPath);
    await recordWithCopy(place.finalPath, record);
  }
}

async function recordWithCopy(
  finalPath: string,
  record: (giveName: (name: string) => void) => Promise<unknown>,
): Promise<void> {
  const temporary = temporaryPathFor(finalPath);
  const seen = identityOf(finalPath);
  try {
    await copyDurably(finalPath, temporary);
    await record((name) => {
      if (identityOf(finalPath) !== seen) {
        throw new ReelError('busy', `${finalPath} changed while it was being copied. Nothing is lost; try again.`);
      }
      renameDurablySync(temporary, name);
    });
  } catch (error) {
    throw diskError(error, finalPath);
  } finally {
    await rm(temporary, { force: true });
  }
}

function keptFormer<R extends JobRecord>(
  place: FilmPlace,
  current: R,
  captured: Captured,
  giveName: (name: string) => void,
): Partial<JobRecord> {
  const film = filmOf(current);
  if (film?.object && isAtFinal(place, film) && !isSameFilm(film, captured)) {
    // Its object stays what it is: only the name under which it is played changes.
    const renamed = withVersionName(place, current, film);
    return { ...renamed, ...keptFormer(place, { ...current, ...renamed }, captured, giveName) };
  }
  if (!lstatSync(place.finalPath, { throwIfNoEntry: false })?.isFile()) return {};
  if (!film || !isAtFinal(place, film)) return keptUnknown(place, current, giveName);
  // A damaged one, or an earlier capture of the very same task: the new file is that film.
  if (isSameFilm(film, captured) || !hasFilm(place, film)) return {};
  const renamed = withVersionName(place, current, film);
  giveName(versionPath(place.finalPath, renamed.versions.current));
  return renamed;
}

function withVersionName(place: FilmPlace, current: JobRecord, film: Finished) {
  const versions = versionsOf(current);
  const version = freeNumber(place, versions, place.finalPath, versions.current);
  const localPath = versionPath(place.localPath, version);
  const last = Math.max(versions.last, version);
  return { localPath, previous: { ...film, localPath }, versions: { ...versions, current: version, last } };
}

/** A film that no record knows, because records were lost, is one all the same; so is one from before the folder changed. */
function keptUnknown(place: FilmPlace, current: JobRecord, giveName: (name: string) => void): Partial<JobRecord> {
  if (isSecondName(place, current, place.finalPath)) return {};
  const versions = versionsOf(current);
  const known = versions.former.find((one) => isAtFinal(place, one));
  const version = freeNumber(place, versions, place.finalPath, known?.version);
  giveName(versionPath(place.finalPath, version));
  const { size: sizeBytes } = lstatSync(place.finalPath);
  const localPath = versionPath(place.localPath, version);
  const found: Version = { status: 'ready', sizeBytes, ...known, version, localPath };
  const former = [...versions.former.filter((one) => one !== known), found];
  return { versions: { ...versions, last: Math.max(versions.last, version), former } };
}

function isAtFinal({ finalPath, pathOf }: FilmPlace, { localPath }: Pick<Finished, 'localPath'>): boolean {
  return localPath !== undefined && pathOf(localPath) === finalPath;
}

function isSameFilm({ taskId, sha256 }: Finished, captured: Captured): boolean {
  return taskId === undefined ? sha256 === captured.sha256 : taskId === captured.taskId;
}

/** The numbers once the new film is in place: the film before it is a former one, and the oldest beyond the limit go. */
export function withNewFilm<R extends JobRecord, Request>(
  job: AnyJob<R, Request>,
  main: AssetPlace,
  current: R,
): Partial<JobRecord> {
  // Fetched again for the same submission: the same film.
  if (current.completedAt !== undefined && !current.previous) return {};
  const place = filmPlaceOf(job, main);
  const versions = versionsOf(current);
  const film = filmOf(current);
  const isKept = film !== undefined && !isAtFinal(place, film) && hasFilm(place, film);
  if (!isKept && !current.versions) return {};
  const former = isKept ? [...versions.former, { ...film, version: versions.current ?? 1 }] : versions.former;
  const version = freeNumber(place, versions);
  const next = { ...versions, last: version, current: version, former };
  return { versions: pruned(next, job.keepVersions ?? DEFAULT_KEPT_VERSIONS) };
}

/** Removes the files of the films that the record has dropped. A file that stays is removed by the next who tidies up. */
export async function removePruned<R extends JobRecord, Request>(
  { job, environment }: Pick<JobRun<R, Request>, 'job' | 'environment'>,
  main: AssetPlace,
  ready: R,
): Promise<R> {
  const films = { store: environment.store, key: job.key, place: filmPlaceOf(job, main) };
  return (await removeDropped(films).catch(() => undefined)) ?? ready;
}

/**
 * Removes the local files of what is in object storage now. Never rejects: one that stays is removed by the next who tidies
 * up.
 */
export async function removeUploaded<R extends JobRecord, Request>(
  { job, environment }: Pick<JobRun<R, Request>, 'job' | 'environment'>,
  main: AssetPlace,
): Promise<void> {
  const { objects, objectsAt } = job;
  if (!objects && !objectsAt) return;
  await removeLocalCopies({ store: environment.store, key: job.key, place: filmPlaceOf(job, main) }).catch(() => {});
}

/** Removes the object of a film that was fetched again and has another one now, unless the record still needs it. */
export async function removeReplaced<R extends JobRecord, Request>(
  job: AnyJob<R, Request>,
  main: AssetPlace,
  before: StoredObject | undefined,
  record: R,
): Promise<void> {
  const isBefore = (one: StoredObject | undefined) => one?.location === before?.location && one?.name === before?.name;
  const former = versionsOf(record).former.map(({ object }) => object);
  if (before && ![record.object, record.previous?.object, ...former].some(isBefore)) {
    await removeObject(filmPlaceOf(job, main), before);
  }
}

function filmPlaceOf<R extends JobRecord, Request>(job: AnyJob<R, Request>, place: AssetPlace): FilmPlace {
  const { finalPath, localPath } = place;
  const { pathOf = (name: string) => join(dirname(finalPath), name.replace(/^.*\//, '')) } = job;
  return { finalPath, localPath, pathOf, objectsAt: job.objectsAt };
}
