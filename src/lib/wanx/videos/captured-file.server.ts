import { basename, dirname, resolve } from 'node:path';
import { readSettings, type Settings } from '#lib/config.ts';
import type { Finished, StoredObject } from '#lib/jobs/record/job-record.ts';
import { parseVersionName } from '#lib/jobs/versions/version-names.ts';
import { assetStoreAt } from '#lib/stores/assets/open-asset-store.server.ts';
import { videoFileName } from '#lib/wanx/spot.ts';
import { hasDelivery } from '#lib/wanx/video-lists.ts';
import type { VideoMetadata } from '#lib/wanx/video-metadata.ts';
import { lookAtFilm, type PlaceFault } from './film-place.server.ts';

/** A finished capture: on disk, or in object storage. */
export interface CapturedFile {
  /** Absolute. */
  path: string;
  /** Where it is in object storage; nothing is at `path` then. */
  object?: StoredObject | undefined;
  durationSeconds?: number | undefined;
  /** Of the file in the video folder. */
  name: string;
  sizeBytes: number;
  sha256: string | undefined;
  /** Default: that of an MP4 video. */
  mimeType?: string | undefined;
}

/** For a film whose record names no file in the folder of the videos. */
export const FILM_ELSEWHERE = {
  kind: 'missing',
  code: 'not-found',
  message: 'The file is not in the video folder. Check WANX_VIDEO_DIR, or generate it again.',
} as const;

/**
 * The finished capture that the record owns, if it is there: named after its key, directly in the video folder, and as
 * large as recorded. While a new one is made, the earlier file goes on counting.
 */
export function capturedFile(settings: Settings, record: VideoMetadata): CapturedFile | undefined {
  const path = placeOfFilm(settings, record);
  const found = path === undefined ? undefined : lookAt(path, record);
  if (path === undefined || !found || 'fault' in found) return undefined;
  return fileOf(path, found.sizeBytes, record);
}

/** Why a delivered film cannot be played, for the operator of the server. */
export function filmFault(settings: Settings, record: VideoMetadata): PlaceFault | undefined {
  const path = placeOfFilm(settings, record);
  const found = path === undefined ? undefined : lookAt(path, record);
  return found && 'fault' in found ? found.fault : undefined;
}

type Film = Pick<Finished, 'sizeBytes' | 'sha256' | 'object' | 'receipt'>;

/** Of an object only what is on record: asking its store for each film of a page would take seconds. */
function lookAt(path: string, { object, sizeBytes }: Film): ReturnType<typeof lookAtFilm> {
  return object && sizeBytes !== undefined ? { sizeBytes } : lookAtFilm(path, sizeBytes);
}

function fileOf(path: string, sizeBytes: number, { sha256, object, receipt }: Film): CapturedFile {
  const durationSeconds = receipt?.delivered?.durationSeconds;
  return { path, name: basename(path), sizeBytes, sha256, ...(object && { object, durationSeconds }) };
}

function placeOfFilm(settings: Settings, record: VideoMetadata): string | undefined {
  const { localPath, spotId, eraId } = record;
  if (localPath === undefined || !hasDelivery(record)) return undefined;
  return placeOf(settings, { spotId, eraId }, localPath);
}

/** Where a file that a record names is played from; only films named after their key, directly in the video folder. */
function placeOf(settings: Settings, { spotId, eraId }: Ids, localPath: string): string | undefined {
  const path = resolve(settings.projectRoot, localPath);
  const parsed = parseVersionName(basename(path)) ?? { name: basename(path), isDeleted: false };
  const isItsOwn = parsed.name === videoFileName(spotId, eraId) && !parsed.isDeleted;
  return isItsOwn && dirname(path) === settings.videoDir ? path : undefined;
}

type Ids = Pick<VideoMetadata, 'spotId' | 'eraId'>;

/** The file of one version, or why it cannot be played. */
export function versionFile(
  settings: Settings,
  ids: Ids,
  film: Film & Pick<Finished, 'localPath'>,
): CapturedFile | { fault: Omit<PlaceFault, 'kind'> } {
  const path = film.localPath === undefined ? undefined : placeOf(settings, ids, film.localPath);
  if (path === undefined) return { fault: FILM_ELSEWHERE };
  const found = lookAt(path, film);
  return 'fault' in found ? found : fileOf(path, found.sizeBytes, film);
}

export type FilmObject = Pick<StoredObject, 'location' | 'name'>;

/**
 * A film in object storage.
 * @throws ReelError `config` where the settings do not lead to its store
 */
export function filmObject({ location, name }: FilmObject) {
  const store = assetStoreAt(readSettings(), location);
  return {
    name,
    /** @throws ReelError `not-found`, `network`, `auth`, … */
    open: (range?: { start: number; end: number }) => store.open(name, range),
    /** A link for visitors, and how long it really lives: never longer than the credentials that sign it. */
    async link(expiresInSeconds: number): Promise<{ url: string; livesSeconds: number } | undefined> {
      const url = await store.address(name, { expiresInSeconds });
      return url && { url: url.href, livesSeconds: Number(url.searchParams.get('X-Amz-Expires') ?? 0) };
    },
  };
}
