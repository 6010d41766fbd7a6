import { dirname, join } from 'node:path';
import { readSettings, type Settings } from '#lib/config.ts';
import { mediaRecords } from '#lib/media/items/record.ts';
import { assetStoreAt, openAssetStore } from '#lib/stores/assets/open-asset-store.server.ts';
import { recordStores } from '#lib/stores/records/open-record-store.server.ts';
import type { MediaLibrary } from './media-library.ts';
import { offlineError, openRoot, rootState } from './media-root.server.ts';

type LibrarySettings = Pick<Settings, 'mediaDir' | 'metadataPath' | 'database'> &
  Partial<Pick<Settings, 'assets' | 'proxy'>>;

const openItems = recordStores(mediaRecords);

/** @throws ReelError `config` for wrong settings */
export function mediaLibrary(settings: LibrarySettings = readSettings()): MediaLibrary {
  const { mediaDir, metadataPath, database, assets, proxy = {} } = settings;
  const assetSettings = { metadataPath, database, assets, proxy };
  return {
    root: mediaDir,
    notePath: join(dirname(metadataPath), 'media-library.json'),
    store: openItems({ jsonPath: join(mediaDir, 'media-items.json'), database }),
    keepsRecordsInRoot: database === undefined,
    assets: openAssetStore(assetSettings, { folder: mediaDir, area: 'media' }),
    objectsAt: (location) => assetStoreAt(assetSettings, location),
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
