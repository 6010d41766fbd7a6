import { isReelError } from '#lib/base/errors.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import {
  type DeletedVersion,
  deleteCurrentVideo,
  deleteVersion,
  listDeletedVersions,
  listVersions,
  picturesShown,
  restoreVersion,
  undoDelete,
  type VideoVersion,
  versionFile,
  videoKey,
} from '#lib/wanx/index.ts';

import { ProblemError } from '#lib/web/http/problem.ts';
import { picturesView } from '#lib/web/pictures/pictures-view.ts';
import { sourceOf } from '#lib/web/playback/source.ts';
import type { VersionsView, VersionView } from './view.ts';

/** Every finished film of a place in a time, with the addresses at which they are played. */
export async function versionsView(spotId: string, eraId: string): Promise<VersionsView> {
  const settings = readSettings();
  const [versions, deleted] = await Promise.all([listVersions(spotId, eraId), listDeletedVersions(spotId, eraId)]);
  return {
    ...{ key: videoKey(spotId, eraId), spotId, eraId },
    versions: versions.map((one) => ({ ...filmFields(one), ...playFields(settings, { spotId, eraId }, one) })),
    deleted: deleted.map(deletedFields),
  };
}

/** @throws ProblemError `not-found`, `busy`; ReelError `disk*`, `store-corrupt` */
export async function restore(spotId: string, eraId: string, version: number): Promise<void> {
  await inPublicWords(() => restoreVersion(spotId, eraId, version), {
    'not-found': `There is no version ${version} of it, or its file is gone.`,
  });
}

/**
 * Deletes the current film, or one version. It can be undone for a day, and what was spent stays on record.
 * @throws ProblemError `not-found` without such a film, `busy` while something is under way; ReelError `disk*`
 */
export async function deleteFilm(spotId: string, eraId: string, version?: number): Promise<void> {
  const remove = () =>
    version === undefined ? deleteCurrentVideo(spotId, eraId) : deleteVersion(spotId, eraId, version);
  const what = version === undefined ? 'no finished file to delete' : `no version ${version} that could be deleted`;
  await inPublicWords<unknown>(remove, { 'not-found': `${videoKey(spotId, eraId)} has ${what}.` });
}

/** @throws ProblemError `not-found` where there is nothing to undo; ReelError `disk*` */
export async function undoDeletion(spotId: string, eraId: string, version?: number): Promise<void> {
  await inPublicWords(() => undoDelete(spotId, eraId, version), {
    'not-found': `${videoKey(spotId, eraId)} has no deletion that can be undone. That is possible for a day.`,
  });
}

/** The number of a request's path. @throws ProblemError `not-found` for what is none */
export function versionOfPath(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new ProblemError('not-found', 'There is no such version: its number is a whole number above 0.');
}

/** The query of an undo. @throws ProblemError `invalid-input` */
export function readUndo(query: URLSearchParams): number | undefined {
  const version = query.get('version');
  if (query.size === 0) return undefined;
  if (query.size === 1 && version !== null && /^[1-9]\d{0,8}$/.test(version)) return Number(version);
  throw new ProblemError('invalid-input', 'The query is not valid: it may be version=<number>, or empty.');
}

const BUSY = 'A new film of it is under way. Wait for it or cancel it first.';

/** What the library refuses may name a path of this machine. */
async function inPublicWords<T>(work: () => Promise<T>, words: { 'not-found': string }): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isReelError(error) && error.code === 'not-found') throw new ProblemError('not-found', words['not-found']);
    // One that may be tried again is about the records, and not about a film.
    if (isReelError(error) && error.code === 'busy' && !error.retryable) throw new ProblemError('busy', BUSY);
    throw error;
  }
}

function filmFields(film: VideoVersion): Omit<VersionView, 'src' | 'pictures' | 'problem'> {
  const { version, isCurrent, completedAt, prompt, model, receipt, sizeBytes, sha256 } = film;
  const { durationSeconds, width, height, hasAudio } = receipt?.delivered ?? {};
  return {
    ...{ version, isCurrent },
    ...(completedAt !== undefined && { completedAt }),
    ...(prompt !== '' && { prompt }),
    ...(model !== undefined && { model }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(hasAudio !== undefined && { hasAudio }),
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(sha256 !== undefined && { sha256 }),
    ...(receipt && { costUsd: receipt.charged.usd }),
  };
}

function deletedFields(film: DeletedVersion): VersionsView['deleted'][number] {
  return { ...filmFields(film), deletedAt: film.deletedAt, undoUntil: film.undoUntil };
}

function playFields(
  settings: Settings,
  ids: { spotId: string; eraId: string },
  film: VideoVersion,
): Pick<VersionView, 'src' | 'pictures' | 'problem'> {
  const file = versionFile(settings, ids, film);
  const pictures = picturesView(picturesShown(film));
  if (!('fault' in file)) return { src: sourceOf(file), ...(pictures && { pictures }) };
  const { code, message } = file.fault;
  return { problem: { code, message, retryable: false } };
}
