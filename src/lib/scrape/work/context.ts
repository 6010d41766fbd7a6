import type { Clock } from '#lib/base/clock.ts';
import type { CaptureProgress } from '#lib/capture/options/progress.ts';
import type { HeldRecord, HoldOptions } from '#lib/jobs/lease/held-record.ts';
import type { ScrapedRecord } from '#lib/scrape/record/record.ts';
import type { SiteGate } from '#lib/scrape/sites/site-gate.ts';
import type { FilmStores } from '#lib/scrape/storage/film-places.server.ts';
import type { DownloadVideo } from '#lib/scrape/video-downloader/types.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import type { DownloadFolders } from './download-folders.server.ts';

type FilmPictures = NonNullable<ScrapedRecord['pictures']>;

/** What all work of one service shares. */
export interface ScrapeContext {
  readonly store: RecordStore<ScrapedRecord>;
  readonly stores: FilmStores;
  readonly folders: DownloadFolders;
  readonly gate: SiteGate;
  readonly download: DownloadVideo;
  /** Undefined: none are made. */
  readonly drawPictures: DrawPictures | undefined;
  /** Of one piece of work: two in one process must not take each other's lease for their own. */
  readonly newHold: () => HoldOptions;
  readonly leaseTtlMs: number;
  readonly clock: Clock;
  readonly every: (intervalMs: number, task: () => void) => () => void;
  readonly limits: { maxBytes?: number | undefined; timeoutMs?: number | undefined };
  readonly allowPrivateNetwork: boolean;
}

export type DrawPictures = (
  filmPath: string,
  options: { stem: string; durationSeconds: number | undefined; signal: AbortSignal },
) => Promise<FilmPictures>;

/** What becomes of a film, for whoever has asked for it. */
export type ScrapeProgress =
  | { stage: 'waiting'; for: 'site' | 'other-process'; site?: string; until?: Date }
  | { stage: 'probing' | 'processing' | 'pictures' }
  /** While it is downloaded, checked, or about to be tried again. */
  | CaptureProgress
  | { stage: 'uploading'; bytesSent: number; bytesTotal: number };

/** One film in the hands of this process. */
export interface FilmWork {
  readonly context: ScrapeContext;
  readonly held: HeldRecord<ScrapedRecord>;
  readonly signal: AbortSignal;
  readonly report: (progress: ScrapeProgress) => void;
  /** Called once the site has given something. */
  readonly onAnswer: () => Promise<void>;
}
