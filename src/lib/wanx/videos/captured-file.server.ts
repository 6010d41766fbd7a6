import { basename, dirname, resolve } from 'node:path';
import type { Settings } from '#lib/config.ts';
import type { Finished } from '#lib/jobs/record/job-record.ts';
import { parseVersionName } from '#lib/jobs/versions/version-names.ts';
import { videoFileName } from '#lib/wanx/spot.ts';
import type { VideoMetadata } from '#lib/wanx/video-metadata.ts';
import { lookAtFilm, type PlaceFault } from './film-place.server.ts';

/** A finished capture on disk. */
export interface CapturedFile {
  /** Absolute. */
  path: string;
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
  const found = path === undefined ? undefined : lookAtFilm(path, record.sizeBytes);
  if (path === undefined || !found || 'fault' in found) return undefined;
  return { path, name: basename(path), sizeBytes: found.sizeBytes, sha256: record.sha256 };
}

/** Why a delivered film cannot be played, for the operator of the server. */
export function filmFault(settings: Settings, record: VideoMetadata): PlaceFault | undefined {
  const path = placeOfFilm(settings, record);
  const found = path === undefined ? undefined : lookAtFilm(path, record.sizeBytes);
  return found && 'fault' in found ? found.fault : undefined;
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
  { localPath, sizeBytes, sha256 }: Pick<Finished, 'localPath' | 'sizeBytes' | 'sha256'>,
): CapturedFile | { fault: Omit<PlaceFault, 'kind'> } {
  const path = localPath === undefined ? undefined : placeOf(settings, ids, localPath);
  if (path === undefined) return { fault: FILM_ELSEWHERE };
  const found = lookAtFilm(path, sizeBytes);
  return 'fault' in found ? found : { path, name: basename(path), sizeBytes: found.sizeBytes, sha256 };
}

function hasDelivery({ status, history, sha256, previous }: VideoMetadata): boolean {
  if (status === 'ready' || previous !== undefined) return true;
  return sha256 !== undefined && (history ?? []).some((past) => past.outcome === 'delivered');
}
