import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import type { Clock } from '#lib/base/clock.ts';
import { checkInput, input } from '#lib/base/input/check-input.ts';
import type { Settings } from '#lib/config.ts';
import type { VideoService } from '#lib/openai-videos/assets/fetch/context.ts';
import { DownloadStorage } from '#lib/openai-videos/assets/fetch/storage.server.ts';
import { type DownloadRecord, downloadFormat } from '#lib/openai-videos/assets/job/record.ts';
import type { AssetStore } from '#lib/stores/assets/asset-store.ts';
import { assetStoreAt, openAssetStore } from '#lib/stores/assets/open-asset-store.server.ts';
import { recordStores } from '#lib/stores/records/open-record-store.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import type { PageUpdates } from './page-updates.ts';

export interface AssetDownloadManagerOptions {
  /** Where the files go; relative to the project. Default: the setting `GENERATED_VIDEOS_DIR`. */
  storageBasePath?: string | undefined;
  /** Of the service; default: the setting `OPENAI_VIDEOS_BASE_URL`. */
  baseUrl?: string | undefined;
  apiKey?: string | undefined;
  /** What keeps the pages up to date; default: Notion, where `NOTION_TOKEN` is set. false: no page is updated. */
  notion?: PageUpdates | false | undefined;
  /** Videos that are downloaded at once, with at most three requests each; default 4. */
  concurrency?: number | undefined;
  /** Lets redirects of the service lead to private addresses. */
  allowPrivateNetwork?: boolean | undefined;
  /**
   * How long the service keeps the files of a finished video, where it does not say; default one hour. 0: as long as it
   * answers, for servers that keep films by a rule of their own.
   */
  assetLifetimeMs?: number | undefined;
  /** For all downloads together; default no limit. */
  maxBytesPerSecond?: number | undefined;
  /** Makes poster, sprite sheet and its index of every film, where ffmpeg is on PATH; default: `REELKEEP_PICTURES`. */
  pictures?: boolean | undefined;
  /** Larger files are refused; default 4 GiB. */
  maxBytes?: number | undefined;
  /** Where finished files are kept instead of the local folder; default: the setting `REELKEEP_ASSETS`. */
  assets?: AssetStore | undefined;
  /** Of the app, for the links in Notion; default: the setting `NEXT_PUBLIC_BASE_URL` or `PUBLIC_BASE_URL`. */
  publicBaseUrl?: string | undefined;
  /** How long pictures under way may hold up the end of a job whose film is in place; default 2 s. */
  pictureGraceMs?: number | undefined;
  /** For tests. */
  clock?: Clock | undefined;
  every?: ((intervalMs: number, task: () => void) => () => void) | undefined;
  store?: RecordStore<DownloadRecord> | undefined;
  service?: VideoService | undefined;
  newOwner?: (() => string) | undefined;
  isSurelyDead?: ((owner: string) => boolean) | undefined;
  leaseTtlMs?: number | undefined;
}

const optionsSchema = input.options({
  storageBasePath: input.text.min(1, 'must not be empty').optional(),
  baseUrl: input.text.optional(),
  apiKey: input.text.optional(),
  concurrency: z.int('must be a whole number above 0').positive('must be a whole number above 0').optional(),
  allowPrivateNetwork: input.flag.optional(),
  assetLifetimeMs: input.atLeastZeroMs.optional(),
  maxBytesPerSecond: input.bytes.optional(),
  maxBytes: input.bytes.optional(),
  pictures: input.flag.optional(),
  publicBaseUrl: input.text.optional(),
  pictureGraceMs: input.atLeastZeroMs.optional(),
});

/** @throws ReelError `invalid-input` */
export function checkManagerOptions(options: AssetDownloadManagerOptions): void {
  checkInput(optionsSchema, 'options', options, 'configuring');
}

/** What `npm run migrate-records` and the database know of this part. */
export const downloadRecords = { name: 'asset-downloads', format: downloadFormat } as const;
const openDownloads = recordStores<DownloadRecord>(downloadRecords);

export function downloadStore({ metadataPath, database }: Settings): RecordStore<DownloadRecord> {
  return openDownloads({ jsonPath: join(dirname(metadataPath), 'asset-downloads.json'), database });
}

export function downloadStorage(
  settings: Settings,
  { storageBasePath, assets }: Pick<AssetDownloadManagerOptions, 'storageBasePath' | 'assets'> = {},
): DownloadStorage {
  const { projectRoot, generatedVideosDir } = settings;
  const folder = storageBasePath === undefined ? generatedVideosDir : resolve(projectRoot, storageBasePath);
  const configured = settings.assets && openAssetStore(settings, { folder, area: 'generated-videos' });
  const objectsAt = (location: string) => assetStoreAt(settings, location);
  return new DownloadStorage({ folder, projectRoot, assets: assets ?? configured, objectsAt });
}
