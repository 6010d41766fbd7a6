import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { type Clock, everyInterval, systemClock } from '#lib/base/clock.ts';
import { checkInput, input } from '#lib/base/input/check-input.ts';
import { isSurelyDead, processIdentity } from '#lib/base/process/process-identity.server.ts';
import type { Settings } from '#lib/config.ts';
import { LEASE_TTL_MS } from '#lib/jobs/lease/lease.ts';
import { recordStores } from '#lib/stores/records/open-record-store.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { type ScrapedRecord, scrapedRecords } from './record/record.ts';
import { SiteGate } from './sites/site-gate.ts';
import { type SitePause, sitePauseRecords } from './sites/site-pause.ts';
import { FilmStores, type LocatedStore } from './storage/film-places.server.ts';
import { openFilmStores } from './storage/film-stores.server.ts';
import type { DownloadVideo } from './video-downloader/types.ts';
import type { DrawPictures, ScrapeContext } from './work/context.ts';
import { DownloadFolders } from './work/download-folders.server.ts';

export interface DownloadServiceOptions {
  /** Films that are downloaded and stored at once; default 2. */
  concurrency?: number | undefined;
  /** Before each repeated try after a failure of network or storage; default 1, 2 and 4 s. Empty: no repeats. */
  retryDelaysMs?: readonly number[] | undefined;
  /** Larger files are refused; default: that of the downloader. */
  maxBytes?: number | undefined;
  /** For each download; default: that of the downloader. */
  timeoutMs?: number | undefined;
  /** Refusals in a row after which the films of a site are given back; default 6, which is about an hour. */
  mostRefusals?: number | undefined;
  /** Makes poster, sprite sheet and its index of every film, where ffmpeg is on PATH; default: `REELKEEP_PICTURES`. */
  pictures?: boolean | undefined;
  /** Of a GB and month; default: `REELKEEP_STORAGE_USD_PER_GB`. */
  usdPerGb?: number | undefined;
  /** Lets downloads reach this machine and private addresses. */
  allowPrivateNetwork?: boolean | undefined;
  /** Where films are downloaded to; default: `SCRAPED_VIDEOS_DIR`. */
  folder?: string | undefined;
  /** Where films are kept; default: as the settings say. */
  assets?: LocatedStore | undefined;
  /** What downloads a film; default: yt-dlp. */
  downloadVideo?: DownloadVideo | undefined;
  /** For tests. */
  store?: RecordStore<ScrapedRecord> | undefined;
  sites?: RecordStore<SitePause> | undefined;
  clock?: Clock | undefined;
  every?: ((intervalMs: number, task: () => void) => () => void) | undefined;
  drawPictures?: DrawPictures | undefined;
  newOwner?: (() => string) | undefined;
  isSurelyDead?: ((owner: string) => boolean) | undefined;
  leaseTtlMs?: number | undefined;
}

const wholeAboveZero = z.int('must be a whole number above 0').positive('must be a whole number above 0');
const optionsSchema = input.options({
  concurrency: wholeAboveZero.optional(),
  retryDelaysMs: z.array(input.atLeastZeroMs, 'must be a list of milliseconds').optional(),
  maxBytes: input.bytes.optional(),
  timeoutMs: input.timeMs.optional(),
  mostRefusals: wholeAboveZero.optional(),
  pictures: input.flag.optional(),
  usdPerGb: z.number('must be a number').nonnegative('must be 0 or more').optional(),
  allowPrivateNetwork: input.flag.optional(),
  folder: input.text.min(1, 'must not be empty').optional(),
});

/** @throws ReelError `invalid-input` */
export function checkServiceOptions(options: DownloadServiceOptions): void {
  checkInput(optionsSchema, 'options', options, 'configuring');
}

const openScraped = recordStores<ScrapedRecord>(scrapedRecords);
const openSites = recordStores<SitePause>(sitePauseRecords);
const MOST_REFUSALS = 6;

/** What a service works with. @throws ReelError `config` */
export function createContext(options: DownloadServiceOptions, settings: Settings): ScrapeContext {
  const { clock = systemClock, leaseTtlMs = LEASE_TTL_MS, newOwner = processIdentity, assets } = options;
  const beside = (name: string) => ({
    jsonPath: join(dirname(settings.metadataPath), `${name}.json`),
    database: settings.database,
  });
  const sites = options.sites ?? openSites(beside(sitePauseRecords.name));
  const isDead = options.isSurelyDead ?? isSurelyDead;
  const { mostRefusals = MOST_REFUSALS, maxBytes, timeoutMs } = options;
  return {
    store: options.store ?? openScraped(beside(scrapedRecords.name)),
    stores: assets ? new FilmStores(assets, () => assets) : openFilmStores(settings),
    folders: new DownloadFolders(options.folder ?? settings.scrapedVideosDir),
    gate: new SiteGate({ store: sites, clock, newId: randomUUID, mostRefusals }),
    download: options.downloadVideo ?? downloadWithYtDlp,
    drawPictures: (options.pictures ?? settings.makesPictures) ? (options.drawPictures ?? drawPictures) : undefined,
    newHold: () => ({
      ...{ owner: newOwner(), ttlMs: leaseTtlMs, clock, isSurelyDead: isDead },
      nameOf: (key) => `the film ${key}`,
    }),
    ...{ leaseTtlMs, clock, every: options.every ?? everyInterval, limits: { maxBytes, timeoutMs } },
    allowPrivateNetwork: options.allowPrivateNetwork ?? settings.allowPrivateNetwork,
  };
}

/** Loaded with the first film. */
const downloadWithYtDlp: DownloadVideo = async (...call) => {
  const { downloadVideo } = await import('./video-downloader/download-video.server.ts');
  return downloadVideo(...call);
};

const drawPictures: DrawPictures = async (filmPath, options) => {
  const { makePictures } = await import('#lib/pictures/index.ts');
  return makePictures(filmPath, options);
};
