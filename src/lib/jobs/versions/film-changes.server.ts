import { existsSync } from 'node:fs';
import type { Clock } from '#lib/base/clock.ts';
import { identityOf } from '#lib/base/disk/second-name.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import { isLeasedByOther } from '#lib/jobs/lease/lease.ts';
import type { Finished, JobRecord, Version } from '#lib/jobs/record/job-record.ts';
import { isUnfinished } from '#lib/jobs/record/state.ts';
import { freeNumber, hasFilm, isOwnName, isSecondName } from './film-place.server.ts';
import {
  factsOf,
  filmOf,
  keptVersions,
  undoableVersions,
  versionsOf,
  withFilm,
  withoutFilm,
  withoutVersion,
} from './film-record.ts';
import { type Move, type Moved, moveFilm } from './move-film.server.ts';
import type { Films } from './remove-dropped.server.ts';
import { deletedPath, versionPath } from './version-names.ts';

/** The films of one key, and what else a change of them needs. */
export interface FilmContext<R extends JobRecord> extends Films<R> {
  clock: Clock;
  isSurelyDead: (owner: string) => boolean;
  /** The provider's own fields that describe a film, as they are where that is not known. */
  unknownFilm: Partial<R>;
}

/**
 * Makes a former film the current one; the current one becomes a former one. Each keeps its number. Costs nothing.
 * @throws ReelError `not-found` for a number that is not kept, or whose file is gone; `busy` while a film is being made
 */
export async function restoreFilm<R extends JobRecord>(films: FilmContext<R>, version: number): Promise<R> {
  const { moved } = await moveFilm(films, (current) => planRestore(films, current, version));
  return bringHome(films, moved);
}

/**
 * Deletes a film, current or former. Its file waits for a day under another name, and the deletion can be undone.
 * @throws ReelError `not-found`; for the current film `busy` while a new one is being made
 */
export async function deleteFilm<R extends JobRecord>(films: FilmContext<R>, version?: number): Promise<R> {
  const { record } = await moveFilm(films, (current) => planDeletion(films, current, version));
  return record ?? gone(films);
}

/**
 * Undoes the last deletion, or that of one version. The film becomes current again if it was current and no other film
 * has replaced it; else it is a former one.
 * @throws ReelError `not-found` where there is nothing to undo
 */
export async function undoDeletion<R extends JobRecord>(films: FilmContext<R>, version?: number): Promise<R> {
  await moveFilm(films, (current) => planUndo(films, current, version));
  return bringHome(films);
}

/**
 * Gives the current film its plain name, where a restore has not come so far. Until then it plays under its version name.
 * @param replaceable the file under the plain name that has another name, too
 */
export async function bringHome<R extends JobRecord>(films: FilmContext<R>, replaceable?: Moved): Promise<R> {
  const { record } = await moveFilm(films, (current) => planHome(films, current, replaceable));
  return record ?? gone(films);
}

function planRestore<R extends JobRecord>(
  films: FilmContext<R>,
  current: R | undefined,
  version: number,
): Move<R> | undefined {
  const { place, key } = films;
  const record = current ?? gone(films);
  const versions = versionsOf(record);
  if (versions.current === version && filmOf(record)) return undefined;
  const chosen = keptVersions(versions).find((one) => one.version === version) ?? noSuchVersion(films, record, version);
  assertNobodyAtWork(films, record);
  if (!hasFilm(place, chosen)) throw new ReelError('not-found', `The file of version ${version} of ${key} is gone.`);
  const rest = withoutVersion(versions, version);
  const aside = putAside(films, record);
  const former = aside ? [...rest.former, aside.version] : rest.former;
  const last = Math.max(rest.last, aside?.version.version ?? 0);
  const next = withFilm(record, factsOf(chosen), films.unknownFilm);
  return { next: { ...next, versions: { ...rest, last, current: version, former } }, file: aside?.file };
}

/** The current film as a former one; undefined where its file is gone or damaged. */
function putAside<R extends JobRecord>(films: FilmContext<R>, record: R): Aside | undefined {
  const { place } = films;
  const film = currentFilm(films, record);
  if (film?.localPath === undefined) return undefined;
  const from = place.pathOf(film.localPath);
  const version = numberOf(films, record, from);
  if (from !== place.finalPath) return { version: { ...film, version } };
  const localPath = versionPath(place.localPath, version);
  return { version: { ...film, version, localPath }, file: renaming(film, from, versionPath(from, version)) };
}

/** An object keeps its name: only that under which it is played changes, and that is on record alone. */
function renaming({ object }: Pick<Finished, 'object'>, from: string, to: string): Move<JobRecord>['file'] {
  return object ? undefined : { from, to };
}

interface Aside {
  version: Version;
  file?: Move<JobRecord>['file'];
}

function planDeletion<R extends JobRecord>(
  films: FilmContext<R>,
  current: R | undefined,
  version: number | undefined,
): Move<R> {
  const { place } = films;
  const record = current ?? gone(films);
  const versions = versionsOf(record);
  if (version === undefined || version === versions.current) return planDeletionOfCurrent(films, record);
  const chosen = keptVersions(versions).find((one) => one.version === version) ?? noSuchVersion(films, record, version);
  const rest = withoutVersion(versions, version);
  // Without its file there is nothing that could be undone.
  if (chosen.localPath === undefined || !hasFilm(place, chosen)) return { next: { ...record, versions: rest } };
  assertOwnName(films, place.pathOf(chosen.localPath));
  const deleted = { ...chosen, localPath: deletedPath(place.localPath, version), deletedAt: nowIso(films) };
  return {
    next: { ...record, versions: { ...rest, former: [...rest.former, deleted] } },
    file: renaming(chosen, place.pathOf(chosen.localPath), deletedPath(place.finalPath, version)),
  };
}

function planDeletionOfCurrent<R extends JobRecord>(films: FilmContext<R>, record: R): Move<R> {
  const { place, key } = films;
  const film = currentFilm(films, record);
  if (film?.localPath === undefined) throw new ReelError('not-found', `${key} has no finished file to delete.`);
  assertNobodyAtWork(films, record);
  const from = place.pathOf(film.localPath);
  assertOwnName(films, from);
  const { current: _deleted, ...versions } = versionsOf(record);
  const version = numberOf(films, record, from);
  const localPath = deletedPath(place.localPath, version);
  const deleted: Version = { ...film, version, localPath, deletedAt: nowIso(films), wasCurrent: true };
  const next = { last: Math.max(versions.last, version), former: [...versions.former, deleted] };
  return {
    next: { ...withoutFilm(record), versions: { ...versions, ...next } },
    file: renaming(film, from, deletedPath(place.finalPath, version)),
  };
}

function planUndo<R extends JobRecord>(
  films: FilmContext<R>,
  current: R | undefined,
  version: number | undefined,
): Move<R> {
  const { place, key } = films;
  const record = current ?? gone(films);
  const versions = versionsOf(record);
  const undoable = undoableVersions(versions, films.clock.now());
  const chosen = version === undefined ? undoable[0] : undoable.find((one) => one.version === version);
  if (chosen?.localPath === undefined) {
    const what = version === undefined ? 'no deletion' : `no deletion of version ${version}`;
    throw new ReelError('not-found', `${key} has ${what} to undo. A deletion can be undone for one day.`);
  }
  if (!hasFilm(place, chosen)) {
    throw new ReelError('not-found', `The file of the deleted version ${chosen.version} of ${key} is gone.`);
  }
  const film = { ...factsOf(chosen), localPath: versionPath(place.localPath, chosen.version) };
  const file = renaming(chosen, place.pathOf(chosen.localPath), versionPath(place.finalPath, chosen.version));
  const rest = withoutVersion(versions, chosen.version);
  const isFree = !filmOf(record) && !isAtWork(films, record);
  if (chosen.wasCurrent && isFree) {
    const next = withFilm(record, film, films.unknownFilm);
    return { next: { ...next, versions: { ...rest, current: chosen.version } }, file };
  }
  const former = [...rest.former, { ...film, version: chosen.version }];
  return { next: { ...record, versions: { ...rest, former } }, file };
}

function planHome<R extends JobRecord>(
  films: FilmContext<R>,
  current: R | undefined,
  replaceable: Moved | undefined,
): Move<R> | undefined {
  const { place } = films;
  const film = current && currentFilm(films, current);
  if (!current || film?.localPath === undefined || isAtWork(films, current)) return undefined;
  const from = place.pathOf(film.localPath);
  // One in another folder, from before a setting was changed, stays there.
  if (from === place.finalPath || !isOwnName(place, from)) return undefined;
  const isKnown = replaceable?.identity !== undefined && identityOf(place.finalPath) === replaceable.identity;
  const mayGo = !existsSync(place.finalPath) || isKnown || isSecondName(place, current, place.finalPath);
  if (!mayGo) return undefined;
  const { localPath } = place;
  const previous = current.previous && { ...current.previous, localPath };
  const file = film.object ? undefined : { from, to: place.finalPath, replaces: true };
  return { next: { ...current, localPath, previous }, file };
}

/** What is recorded of the current film, if its file is there. */
function currentFilm<R extends JobRecord>({ place, unknownFilm }: FilmContext<R>, record: R): Finished | undefined {
  const film = filmOf(record, Object.keys(unknownFilm));
  return film && hasFilm(place, film) ? film : undefined;
}

function numberOf<R extends JobRecord>({ place }: FilmContext<R>, record: R, path: string): number {
  const versions = versionsOf(record);
  return freeNumber(place, versions, path, versions.current);
}

function assertNobodyAtWork<R extends JobRecord>(films: FilmContext<R>, record: R): void {
  if (!isAtWork(films, record)) return;
  throw new ReelError('busy', `A new video for ${films.key} is under way. Wait for it or cancel it, then try again.`, {
    retryable: false,
  });
}

/** The lease holder, also in this process, may be about to publish a film. */
function isAtWork<R extends JobRecord>({ clock, isSurelyDead }: FilmContext<R>, record: R): boolean {
  const lease = { owner: '', ttlMs: 0, clock, isSurelyDead };
  return isUnfinished(record) || isLeasedByOther(record, lease);
}

/** A record may name any file, by hand or from before a setting was changed. Only what is named after its key is touched. */
function assertOwnName<R extends JobRecord>({ place, key }: FilmContext<R>, path: string): void {
  if (isOwnName(place, path)) return;
  throw new ReelError('not-found', `${path} is not a film file of ${key}, so it was not removed. Remove it yourself.`);
}

function noSuchVersion<R extends JobRecord>({ key }: FilmContext<R>, record: R, version: number): never {
  const versions = versionsOf(record);
  const numbers = [
    ...(versions.current === undefined ? [] : [versions.current]),
    ...keptVersions(versions).map((one) => one.version),
  ];
  const kept =
    numbers.length === 0 ? 'No versions are kept.' : `Versions kept: ${numbers.sort((a, b) => b - a).join(', ')}.`;
  throw new ReelError('not-found', `${key} has no version ${version}. ${kept}`);
}

function gone<R extends JobRecord>({ key }: FilmContext<R>): never {
  throw new ReelError('not-found', `Nothing is on record for ${key}.`);
}

function nowIso<R extends JobRecord>({ clock }: FilmContext<R>): string {
  return new Date(clock.now()).toISOString();
}
