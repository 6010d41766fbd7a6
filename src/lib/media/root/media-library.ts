import type { MediaRecord } from '#lib/media/items/record.ts';
import type { AssetStore } from '#lib/stores/assets/asset-store.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import type { StatOptions } from './local-state.server.ts';

export interface MediaPlace {
  /** Absolute. */
  readonly root: string;
  /** Outside the root: says that the library existed, so that an unplugged drive is not taken for a new library. */
  readonly notePath: string;
}

/** The media library that the settings name. */
export interface MediaLibrary extends MediaPlace {
  readonly store: RecordStore<MediaRecord>;
  /** Whether the records are in the root, and gone with it. */
  readonly keepsRecordsInRoot: boolean;
  /** Where finished files go: object storage, if it is configured. */
  readonly assets: Pick<AssetStore, 'put'> & { readonly location: string; readonly isRemote: boolean };
  /** The store of an object on record. @throws ReelError `config` where the settings name no object storage */
  objectsAt(location: string): AssetStore;
  /** What the addresses of its files begin with. Default: `/media/files`, as the app has it. */
  readonly filesAt?: string | undefined;
  /** How its files are described, where that is not as on this machine: for tests. */
  readonly statOptions?: StatOptions | undefined;
}
