import { closeSubmission, finishedFacts } from '#lib/jobs/record/history.ts';
import type { Finished, JobRecord, PastSubmission, Version, Versions } from '#lib/jobs/record/job-record.ts';
import { fenceOf } from '#lib/jobs/record/lost-record.ts';
import { mayStillDeliver } from '#lib/jobs/record/state.ts';

export const DEFAULT_KEPT_VERSIONS = 5;
/** How long the deletion of a film can be undone. */
export const UNDO_MS = 24 * 3_600_000;

/** The numbers of a record's films; a record without any has at most film 1. */
export function versionsOf({ versions, localPath }: JobRecord): Versions {
  if (versions) return versions;
  return localPath === undefined ? { last: 0, former: [] } : { last: 1, current: 1, former: [] };
}

/**
 * What the record says of its current film: of the one to be replaced while a newer one is made; of one that was given up
 * only where and how large it was. Whether its file is there is another question.
 * @param fields the provider's own that describe a film
 */
export function filmOf(record: JobRecord, fields: readonly string[] = []): Finished | undefined {
  const { status, previous, localPath, sizeBytes, sha256, object } = record;
  if (previous) return previous;
  if (localPath === undefined) return undefined;
  return status === 'ready' ? finishedFacts(record, fields) : { status: 'ready', localPath, sizeBytes, sha256, object };
}

/** Former films that can be restored, the newest first. */
export function keptVersions({ former }: Versions): Version[] {
  return newestFirst(former.filter(({ deletedAt, isDropped }) => deletedAt === undefined && !isDropped));
}

/** Deleted films whose deletion can still be undone, the last deleted first. */
export function undoableVersions({ former }: Versions, nowMs: number): Version[] {
  const undoable = former.filter((one) => !one.isDropped && isUndoable(one, nowMs));
  return newestFirst(undoable).sort((one, other) => (other.deletedAt ?? '').localeCompare(one.deletedAt ?? ''));
}

/** When the deletion of a film becomes final, in ms since the epoch. */
export function undoUntilMs({ deletedAt }: Pick<Version, 'deletedAt'>): number {
  return Date.parse(deletedAt ?? '') + UNDO_MS;
}

function isUndoable(version: Version, nowMs: number): boolean {
  return version.deletedAt !== undefined && nowMs < undoUntilMs(version);
}

function newestFirst(versions: Version[]): Version[] {
  return versions.sort((one, other) => other.version - one.version);
}

/** Marks the oldest former films beyond `keep`: their files go once the record says so. */
export function pruned(versions: Versions, keep: number): Versions {
  const surplus = new Set(keptVersions(versions).slice(keep));
  if (surplus.size === 0) return versions;
  return { ...versions, former: versions.former.map((one) => (surplus.has(one) ? dropped(one) : one)) };
}

/** Marks what was deleted so long ago that it cannot be undone. A time in the future is no reason: a clock was wrong. */
export function expired(versions: Versions, nowMs: number): Versions {
  const isOver = (one: Version) => one.deletedAt !== undefined && !one.isDropped && !isUndoable(one, nowMs);
  if (!versions.former.some(isOver)) return versions;
  return { ...versions, former: versions.former.map((one) => (isOver(one) ? dropped(one) : one)) };
}

function dropped(version: Version): Version {
  return { ...version, isDropped: true };
}

export function withoutVersion(versions: Versions, version: number): Versions {
  return { ...versions, former: versions.former.filter((one) => one.version !== version) };
}

/** The record about this film: its current submission moves into the history, and the film's own comes back from there. */
export function withFilm<R extends JobRecord>(record: R, film: Finished, unknown: Partial<R>): R {
  const { localPath, sizeBytes, sha256, object } = film;
  // Its task may still deliver, and is then the next film: this one is what it replaces.
  if (mayStillDeliver(record)) return { ...record, localPath, sizeBytes, sha256, object, previous: film };
  const closed = closeSubmission(record);
  const history = closed.history?.filter((past) => !isSubmissionOf(past, film));
  const freed = { lease: undefined, fence: fenceOf(record), previous: undefined, model: undefined };
  const place = { localPath, sizeBytes, sha256, object };
  return {
    ...record,
    ...closed,
    ...freed,
    ...unknown,
    ...place,
    ...film,
    history: history?.length ? history : undefined,
  };
}

const NO_FILM = {
  localPath: undefined,
  sizeBytes: undefined,
  sha256: undefined,
  object: undefined,
  completedAt: undefined,
  pictures: undefined,
  // Or the next order that fails would bring the deleted film back.
  previous: undefined,
} satisfies Partial<JobRecord>;

/** The record without its film: "not made", with its history, since what was spent stays spent. */
export function withoutFilm<R extends JobRecord>(record: R): R {
  // It may be paid for: closed, its task could not be asked for again.
  if (mayStillDeliver(record)) return { ...record, ...NO_FILM };
  return { ...record, ...closeSubmission(record), ...NO_FILM, status: 'pending' };
}

/** What of a version describes the film itself. */
export function factsOf(version: Version): Finished {
  const { version: _number, deletedAt: _time, wasCurrent: _place, isDropped: _mark, ...facts } = version;
  return facts;
}

function isSubmissionOf(past: PastSubmission, { taskId, intent }: Finished): boolean {
  if (past.outcome !== 'delivered') return false;
  return taskId === undefined ? past.at === intent?.at : past.taskId === taskId;
}
