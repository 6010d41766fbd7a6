import * as z from 'zod';
import { systemClock } from '#lib/base/clock.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import type { FilmPictures, Receipt } from '#lib/jobs/record/job-record.ts';
import { deleteFilm, restoreFilm, undoDeletion } from '#lib/jobs/versions/film-changes.server.ts';
import { filmOf, keptVersions, undoableVersions, undoUntilMs, versionsOf } from '#lib/jobs/versions/film-record.ts';
import { videoKey } from '#lib/wanx/spot.ts';
import { type VideoMetadata, videoStore } from '#lib/wanx/video-metadata.ts';
import { filmsOf, UNKNOWN_FILM, type VersionOptions } from './films.server.ts';
import { assertBound } from './store-binding.server.ts';

/** One finished film of a spot in an era. */
export interface VideoVersion {
  /** Assigned when the film was made and kept permanently: no other film of the key ever gets it. */
  version: number;
  isCurrent: boolean;
  localPath: string;
  sizeBytes?: number;
  sha256?: string;
  completedAt?: string;
  /** Empty where unknown. */
  prompt: string;
  model?: string;
  receipt?: Receipt;
  pictures?: FilmPictures;
}

export interface DeletedVersion extends VideoVersion {
  deletedAt: string;
  /** Until then `undoDelete` restores it; afterwards its file is removed. */
  undoUntil: string;
}

const versionNumber = z.int('must be a whole number above 0').positive('must be a whole number above 0');

/**
 * The finished films of a spot in an era, the newest first, the current one included also while a newer one is made.
 * Deleted films are not included.
 * @throws ReelError `invalid-input` for ids that are not slugs, `store-corrupt`
 */
export async function listVersions(spotId: string, eraId: string): Promise<VideoVersion[]> {
  const record = await videoStore().get(videoKey(spotId, eraId));
  if (!record) return [];
  const versions = versionsOf(record);
  const film = filmOf(record, FIELDS);
  const current = film && versions.current ? [versionOf({ ...film, version: versions.current }, true)] : [];
  const former = keptVersions(versions).map((one) => versionOf(one, false));
  return [...current, ...former].sort((one, other) => other.version - one.version);
}

/** Deleted films that can still be restored, the last deleted first. */
export async function listDeletedVersions(
  spotId: string,
  eraId: string,
  { clock = systemClock }: VersionOptions = {},
): Promise<DeletedVersion[]> {
  const record = await videoStore().get(videoKey(spotId, eraId));
  if (!record) return [];
  return undoableVersions(versionsOf(record), clock.now()).map((one) => ({
    ...versionOf(one, false),
    deletedAt: one.deletedAt ?? '',
    undoUntil: new Date(undoUntilMs(one)).toISOString(),
  }));
}

/**
 * Makes a former film the current one again, without buying. The current one becomes a former one; both keep their numbers.
 * @throws ReelError `not-found` for a version that is not kept, or whose file is gone; `busy` while a new film is made
 */
export async function restoreVersion(
  spotId: string,
  eraId: string,
  version: number,
  options: VersionOptions = {},
): Promise<VideoMetadata> {
  checkInput(versionNumber, 'version', version);
  return restoreFilm(filmsOf(await boundSettings(), spotId, eraId, options), version);
}

/**
 * Deletes a film, current or former. For a day `undoDelete` brings it back. What was spent stays on record.
 * @throws ReelError `not-found` for a version that does not exist; for the current one `busy` while a new film is made
 */
export async function deleteVersion(
  spotId: string,
  eraId: string,
  version: number,
  options: VersionOptions = {},
): Promise<void> {
  checkInput(versionNumber, 'version', version);
  await deleteFilm(filmsOf(await boundSettings(), spotId, eraId, options), version);
}

/** Deletes the current film; see `deleteVersion`. */
export async function deleteCurrentVideo(
  spotId: string,
  eraId: string,
  options: VersionOptions = {},
): Promise<VideoMetadata> {
  return deleteFilm(filmsOf(await boundSettings(), spotId, eraId, options));
}

/**
 * Undoes the last deletion of the past day, or that of one version. The film becomes current again if it was current
 * and no other film has replaced it; else it is a former one.
 * @throws ReelError `not-found` where there is no deletion to undo
 */
export async function undoDelete(
  spotId: string,
  eraId: string,
  version?: number,
  options: VersionOptions = {},
): Promise<VideoMetadata> {
  checkInput(versionNumber.optional(), 'version', version);
  return undoDeletion(filmsOf(await boundSettings(), spotId, eraId, options), version);
}

const FIELDS = Object.keys(UNKNOWN_FILM);

/** Other records would take good films for their own. */
async function boundSettings(): Promise<Settings> {
  const settings = readSettings();
  await assertBound(settings);
  return settings;
}

type Film = NonNullable<VideoMetadata['versions']>['former'][number];

function versionOf(film: Film, isCurrent: boolean): VideoVersion {
  const { version, localPath = '', sizeBytes, sha256, completedAt, prompt = '', model, receipt, pictures } = film;
  return {
    ...{ version, isCurrent, localPath, prompt },
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(sha256 !== undefined && { sha256 }),
    ...(completedAt !== undefined && { completedAt }),
    ...(model !== undefined && { model }),
    ...(receipt && { receipt }),
    ...(pictures && { pictures }),
  };
}
