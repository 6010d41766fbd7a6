import { ReelError } from '#lib/base/errors.ts';
import { type S3Settings, s3AddressOf } from '#lib/base/input/s3-settings.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import type { AssetStore } from './asset-store.ts';

export { isNameUnusable, nameOfOwn } from './asset-rules.ts';

import { createLocalFolder } from './local-folder.server.ts';
import type { S3Store } from './s3/s3-store.server.ts';

/** What of the settings decides where files go. */
export interface AssetSettings {
  /** Undefined: local folders. */
  assets: S3Settings | undefined;
  /** Uploads under way are on record beside it, or in the database. */
  metadataPath: string;
  database: string | undefined;
  proxy: ProxySettings;
}

export interface AssetPlace {
  /** Absolute: the files are here while there is no object storage. */
  folder: string;
  /** The first part of the names in object storage: `videos`. */
  area: string;
}

/** The asset store that the settings name. */
export interface ConfiguredAssets extends AssetStore {
  /** `s3://bucket/prefix/area`, or the folder. */
  readonly location: string;
  /** Whether it is object storage: files are then uploaded, and a local one is only on its way there. */
  readonly isRemote: boolean;
}

const opened = new Map<string, ConfiguredAssets>();

/**
 * The store for finished files: a folder or object storage, as configured. Costs nothing until it is used: the AWS SDK is
 * loaded with the first call. The same settings and place give the same store.
 */
export function openAssetStore(settings: AssetSettings, place: AssetPlace): ConfiguredAssets {
  const { assets } = settings;
  return opening([settings, place], () => (assets ? objectStorage(settings, assets, place.area) : localFolder(place)));
}

function opening(what: unknown, open: () => ConfiguredAssets): ConfiguredAssets {
  // Has secrets, and stays in this process.
  const key = JSON.stringify(what);
  const store = opened.get(key) ?? open();
  opened.set(key, store);
  return store;
}

/**
 * The object storage under an address on record, which may be another bucket than that of new files.
 * @throws ReelError `config` where the settings name no object storage at all
 */
export function assetStoreAt(settings: AssetSettings, location: string): AssetStore {
  const { assets } = settings;
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(location) ?? [];
  if (assets && bucket !== undefined) {
    return opening([settings, location], () => objectStorage(settings, { ...assets, bucket, prefix }, ''));
  }
  throw new ReelError('config', `The file is in ${location}. Set REELKEEP_ASSETS and its credentials to reach it.`, {
    stage: 'configuring',
  });
}

/**
 * Checks at start that files can be stored: that there are credentials, and that the bucket is there and may be used.
 * @returns what works in part only, one sentence each
 * @throws ReelError `config`, `auth` naming what is missing; `network` if the store cannot be reached
 */
export async function checkAssetStore(settings: AssetSettings): Promise<string[]> {
  if (!settings.assets) return [];
  const { checkS3 } = await import('./s3/check-s3.server.ts');
  return checkS3(settings.assets, settings.proxy);
}

/**
 * Aborts the uploads of all parts of Reelkeep that dead processes have begun, and that nobody has gone on with for an hour.
 * Each store does so itself with its files; this is for a process that stores none for a long time.
 * @returns how many uploads
 * @throws ReelError errors of the records
 */
export async function sweepUploads(settings: AssetSettings): Promise<number> {
  if (!settings.assets) return 0;
  const { openS3 } = await import('./s3/s3-store.server.ts');
  const store = openS3(settings.assets, '', settings);
  try {
    return await store.sweepUploads();
  } finally {
    store.close();
  }
}

const checked = new Set<string>();

/** As `checkAssetStore`, once for the same settings: for callers that are about to spend money. */
export async function assertAssetStore(settings: AssetSettings): Promise<void> {
  const key = JSON.stringify(settings.assets);
  if (!settings.assets || checked.has(key)) return;
  await checkAssetStore(settings);
  checked.add(key);
}

function localFolder({ folder }: AssetPlace): ConfiguredAssets {
  return Object.assign(createLocalFolder({ folder }), { location: folder, isRemote: false });
}

function objectStorage(settings: AssetSettings, assets: S3Settings, area: string): ConfiguredAssets {
  let loading: Promise<S3Store> | undefined;
  const load = async (): Promise<S3Store> => {
    // With the first call only: the SDK takes a third of a second.
    const { openS3 } = await import('./s3/s3-store.server.ts');
    return openS3(assets, area, settings);
  };
  const store = () => {
    loading ??= load().catch((error: unknown) => {
      // The next call tries again: what was wrong, such as a locked database, may have passed.
      loading = undefined;
      throw error;
    });
    return loading;
  };
  return {
    location: s3AddressOf(assets) + (area === '' ? '' : `/${area}`),
    isRemote: true,
    put: async (...call) => (await store()).put(...call),
    stat: async (...call) => (await store()).stat(...call),
    open: async (...call) => (await store()).open(...call),
    async *list(prefix) {
      yield* (await store()).list(prefix);
    },
    remove: async (...call) => (await store()).remove(...call),
    address: async (...call) => (await store()).address(...call),
    removeLeftovers: async (name) => (await store()).removeLeftovers(name),
    versions: {
      areKept: async () => (await store()).versions.areKept(),
      usage: async (prefix) => (await store()).versions.usage(prefix),
      removeAll: async (name) => (await store()).versions.removeAll(name),
    },
  };
}
