// The public surface of the stores: records, and the finished files.
import '#lib/base/supported-node.server.ts';

export { ERROR_CODES, type ErrorCode, isReelError, ReelError } from '#lib/base/errors.ts';
export type * from './assets/asset-store.ts';
export { createLocalFolder, type LocalFolderOptions } from './assets/local-folder.server.ts';
export { createMemoryAssets } from './assets/memory-assets.ts';
export {
  type AssetPlace,
  type AssetSettings,
  assetStoreAt,
  type ConfiguredAssets,
  checkAssetStore,
  openAssetStore,
} from './assets/open-asset-store.server.ts';
export {
  createJsonFileStore,
  type JsonFileStore,
  type JsonFileStoreOptions,
} from './records/json-file-store.server.ts';
export { createMemoryStore, type MemoryStoreOptions } from './records/memory-store.ts';
export {
  listRecords,
  localReads,
  type PartStore,
  type RecordPlace,
  recordStores,
} from './records/open-record-store.server.ts';
export type * from './records/record-store.ts';
