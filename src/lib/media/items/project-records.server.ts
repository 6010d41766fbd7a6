import { localStateOf } from '#lib/media/root/local-state.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import type { MediaItem } from '#lib/media/types.ts';
import { itemOf } from './item-view.ts';
import { type MediaRecord, mediaKey, projectPrefix } from './record.ts';

/** The records of a project, deleted ones included. */
export async function* recordsOf(
  { store }: Pick<MediaLibrary, 'store'>,
  projectId: string,
): AsyncGenerator<MediaRecord> {
  const prefix = projectPrefix(projectId);
  for await (const record of store.find({ after: prefix })) {
    if (!mediaKey(record).startsWith(prefix)) return;
    yield record;
  }
}

/**
 * A record as callers see it, with the state of its file now. One in object storage is taken at the record's word: a list of
 * thousands would be as many requests.
 */
export async function viewOf(library: MediaLibrary, record: MediaRecord, isOffline = false): Promise<MediaItem> {
  const { localPath, fileSize, object } = record;
  if (localPath === undefined) return itemOf(record, undefined);
  if (object) return itemOf(record, 'here');
  return itemOf(record, isOffline ? 'offline' : await localStateOf(library.root, localPath, fileSize));
}
