import { mediaAddress } from '#lib/media/names/project-id.ts';
import type { LocalState, MediaItem } from '#lib/media/types.ts';
import type { MediaRecord } from './record.ts';

/**
 * A record as callers see it.
 * @param localState of its file, if it has one
 * @param filesAt of the library
 */
export function itemOf(record: MediaRecord, localState: LocalState | undefined, filesAt?: string): MediaItem {
  const { id, name, type, localPath, originalUrl, fileSize, duration, width, height, createdAt } = record;
  const { expiresAt, inBrowser, lostReason, modelId, requestId, sha256, pictures } = record;
  const isLocalFile = localState === 'here' || localState === 'in-cloud';
  const url = (isLocalFile && localPath !== undefined ? mediaAddress(localPath, filesAt) : originalUrl) ?? '';
  return {
    ...{ id, name, type, url, isLocalFile, fileSize, createdAt },
    ...given({ localPath, originalUrl, duration, width, height, localState }),
    ...given({ expiresAt, inBrowser, lostReason, modelId, requestId, sha256, pictures }),
  };
}

/** The fields that have a value. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
