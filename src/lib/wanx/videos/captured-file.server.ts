import { basename, dirname, resolve } from 'node:path';
import type { Settings } from '#lib/config.ts';
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
}

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

/** Why a film that was delivered cannot be played, in words for whoever runs the server. */
export function filmFault(settings: Settings, record: VideoMetadata): PlaceFault | undefined {
  const path = placeOfFilm(settings, record);
  const found = path === undefined ? undefined : lookAtFilm(path, record.sizeBytes);
  return found && 'fault' in found ? found.fault : undefined;
}

function placeOfFilm(settings: Settings, record: VideoMetadata): string | undefined {
  const { localPath, spotId, eraId } = record;
  if (localPath === undefined || !hasDelivery(record)) return undefined;
  const path = resolve(settings.projectRoot, localPath);
  return basename(path) === videoFileName(spotId, eraId) && dirname(path) === settings.videoDir ? path : undefined;
}

function hasDelivery({ status, history, sha256, previous }: VideoMetadata): boolean {
  if (status === 'ready' || previous !== undefined) return true;
  return sha256 !== undefined && (history ?? []).some((past) => past.outcome === 'delivered');
}
