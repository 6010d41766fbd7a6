import { lstat, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { inspectAsset } from '#lib/capture/capture.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import type { Settings } from '#lib/config.ts';
import type { StoredObject } from '#lib/jobs/record/job-record.ts';
import { assetStoreAt } from '#lib/stores/assets/open-asset-store.server.ts';
import { videoFileName } from '#lib/wanx/spot.ts';
import type { VideoMetadata } from '#lib/wanx/video-metadata.ts';

/** How a finished record's file differs from the record. */
export interface VideoFault {
  kind: 'file-missing' | 'size-differs' | 'hash-differs' | 'not-a-video' | 'link';
  detail: string;
}

/** Absolute path of the file that a finished record is about. */
export function recordedPath(settings: Settings, record: VideoMetadata): string {
  const { localPath, spotId, eraId } = record;
  return resolve(settings.projectRoot, localPath ?? join(settings.videoDir, videoFileName(spotId, eraId)));
}

/**
 * Checks the file of a finished record against the record: there, size, SHA-256, whole MP4.
 * @throws ReelError `disk-denied`, `disk` when the file cannot be read
 */
export async function findVideoFault(settings: Settings, record: VideoMetadata): Promise<VideoFault | undefined> {
  if (record.object) return findObjectFault(settings, record, record.object);
  const path = recordedPath(settings, record);
  const sizeBytes = await sizeOf(path);
  if (sizeBytes === 'link') return { kind: 'link', detail: LINK };
  if (sizeBytes === undefined) return { kind: 'file-missing', detail: 'the record is ready, but the file is missing' };
  if (record.sizeBytes !== undefined && record.sizeBytes !== sizeBytes) {
    return { kind: 'size-differs', detail: `${record.sizeBytes} bytes on record, ${sizeBytes} on disk` };
  }
  const file = await inspectAsset(path, mp4);
  if (record.sha256 !== undefined && file.sha256 !== record.sha256) {
    return { kind: 'hash-differs', detail: `SHA-256 ${record.sha256} on record, ${file.sha256} on disk` };
  }
  return file.problem === undefined ? undefined : { kind: 'not-a-video', detail: file.problem };
}

/** By size and the SHA-256 that was stored with it: reading every film again would cost its transfer. */
async function findObjectFault(
  settings: Settings,
  { sizeBytes, sha256 }: VideoMetadata,
  { location, name }: StoredObject,
): Promise<VideoFault | undefined> {
  const found = await assetStoreAt(settings, location).stat(name);
  const where = `${location}/${name}`;
  if (!found) return { kind: 'file-missing', detail: `the record is ready, but ${where} is missing` };
  if (sizeBytes !== undefined && found.sizeBytes !== sizeBytes) {
    return { kind: 'size-differs', detail: `${sizeBytes} bytes on record, ${found.sizeBytes} in ${where}` };
  }
  if (found.sha256 === undefined || sha256 === undefined || found.sha256 === sha256) return undefined;
  return { kind: 'hash-differs', detail: `SHA-256 ${sha256} on record, ${found.sha256} at ${where}` };
}

const LINK =
  'the file was replaced by a symbolic link, which the app does not serve: replace the link with the file itself, or repair';

async function sizeOf(path: string): Promise<number | 'link' | undefined> {
  try {
    const isLink = (await lstat(path)).isSymbolicLink();
    const found = await stat(path).catch((error) => {
      // A link to nothing.
      if (isLink && errnoOf(error) === 'ENOENT') return undefined;
      throw error;
    });
    if (isLink) return 'link';
    return found?.isFile() ? found.size : undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw diskError(error, path, 'verifying', 'read');
  }
}
