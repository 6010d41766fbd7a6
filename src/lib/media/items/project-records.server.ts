import { localStateOf } from '#lib/media/root/local-state.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { assertOnline, rootState } from '#lib/media/root/media-root.server.ts';
import type { LocalState, MediaItem } from '#lib/media/types.ts';
import { itemOf } from './item-view.ts';
import { type MediaRecord, mediaKey, projectPrefix } from './record.ts';

/**
 * The records of a project, deleted ones included.
 * @throws ReelError `disk` where they have gone offline with the library, which must not look like an empty project
 */
export async function* recordsOf(library: MediaLibrary, projectId: string): AsyncGenerator<MediaRecord> {
  const prefix = projectPrefix(projectId);
  let isEmpty = true;
  for await (const record of library.store.find({ after: prefix })) {
    if (!mediaKey(record).startsWith(prefix)) break;
    isEmpty = false;
    yield record;
  }
  if (isEmpty && library.keepsRecordsInRoot) assertOnline(library);
}

/**
 * A record as callers see it, with the state of its file now. One in object storage is taken at the record's word: a list of
 * thousands would be as many requests.
 */
export async function viewOf(library: MediaLibrary, record: MediaRecord, isOffline = false): Promise<MediaItem> {
  const { localPath, fileSize, object } = record;
  if (localPath === undefined) return itemOf(record, undefined);
  const state = object ? 'here' : isOffline ? 'offline' : await stateOf(library, localPath, fileSize);
  return itemOf(record, state, library.filesAt);
}

/** A file that is missing because the drive was unplugged meanwhile is not lost. */
async function stateOf(library: MediaLibrary, localPath: string, fileSize: number): Promise<LocalState> {
  const state = await localStateOf(library.root, localPath, fileSize, library.statOptions);
  return state === 'missing' && rootState(library).kind === 'offline' ? 'offline' : state;
}
