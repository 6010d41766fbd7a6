import { dirname, join } from 'node:path';
import { readSettings, type Settings } from '#lib/config.ts';
import { type MediaRecord, mediaRecords } from '#lib/media/items/record.ts';
import { recordStores } from '#lib/stores/records/open-record-store.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { type MediaPlace, offlineError, openRoot, rootState } from './media-root.server.ts';

/** The media library that the settings name. */
export interface MediaLibrary extends MediaPlace {
  readonly store: RecordStore<MediaRecord>;
  /** Whether the records are in the root, and gone with it. */
  readonly keepsRecordsInRoot: boolean;
}

type LibrarySettings = Pick<Settings, 'mediaDir' | 'metadataPath' | 'database'>;

const openItems = recordStores(mediaRecords);

/** @throws ReelError `config` for wrong settings */
export function mediaLibrary({ mediaDir, metadataPath, database }: LibrarySettings = readSettings()): MediaLibrary {
  return {
    root: mediaDir,
    notePath: join(dirname(metadataPath), 'media-library.json'),
    store: openItems({ jsonPath: join(mediaDir, 'media-items.json'), database }),
    keepsRecordsInRoot: database === undefined,
  };
}

/** For writers. @throws ReelError `disk` while the library is offline; `disk*` */
export async function usableLibrary(library = mediaLibrary()): Promise<MediaLibrary> {
  await openRoot(library);
  return library;
}

/**
 * For readers, which create nothing: undefined where there is no library yet.
 * @throws ReelError `disk` where the records went offline with the library
 */
export function readableLibrary(library = mediaLibrary()): (MediaLibrary & { isOffline: boolean }) | undefined {
  const state = rootState(library);
  if (state.kind === 'new') return library.keepsRecordsInRoot ? undefined : { ...library, isOffline: false };
  if (state.kind === 'offline' && library.keepsRecordsInRoot) throw offlineError(state.reason);
  return { ...library, isOffline: state.kind === 'offline' };
}
