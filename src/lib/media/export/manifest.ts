import { playbackSource } from '#lib/media/play/sources.ts';
import type { MediaItem } from '#lib/media/types.ts';

/** What an archive contains, and what of the project it does not. */
export interface Manifest {
  project: string;
  items: Array<ReturnType<typeof entryOf>>;
  missing: Array<{ id: string; name: string; reason: string }>;
}

/** What of an item goes into the manifest. Not its link, which can be a secret; no time, so that equal archives are equal. */
export function entryOf(item: MediaItem, file: string) {
  const { id, name, type, fileSize, duration, width, height, createdAt, modelId, requestId, sha256 } = item;
  const created = new Date(createdAt).toISOString();
  return { file, id, name, type, sizeBytes: fileSize, duration, width, height, created, modelId, requestId, sha256 };
}

/** Why an item is not in the archive, and what helps. */
export function whyMissing(item: MediaItem, nowMs: number): string {
  if (item.localState === 'in-cloud')
    return 'A sync service keeps the file in the cloud. Open it once, then export again.';
  if (item.localState === 'offline') return 'The media library is offline. Connect its drive, then export again.';
  const { kind } = playbackSource(item, { blob: item.inBrowser ?? false, nowMs });
  if (kind === 'blob') return 'Only a browser has it. Open it there and save it to disk, then export again.';
  if (kind === 'remote') return 'Only its provider has it. Save it to disk before its link ends, then export again.';
  return (
    item.lostReason ??
    (item.localPath ? 'The file is gone from the library, or was changed.' : 'No copy of it is known.')
  );
}
