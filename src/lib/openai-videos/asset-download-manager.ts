import '#lib/base/server-only.server.ts';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { RecordCopy } from '#lib/stores/records/copy/record-copy.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import type { DownloadStorage } from './assets/fetch/storage.server.ts';
import { checkIds, checkTime } from './assets/job/check-ids.ts';
import { isApproachingExpiration } from './assets/job/deadline.ts';
import { type DownloadRecord, downloadKey, isActive } from './assets/job/record.ts';
import type { DownloadEvent, DownloadJob, DownloadSummary } from './assets/job/types.ts';
import { jobOf, jobOfPage, listedJobs, mostWatched, summaryOf } from './assets/job/views.ts';
import { type CleanUpRule, checkRule, cleanUp, oldVersions, type RemovedVersion } from './assets/run/clean-up.ts';
import { createWork, type Working } from './assets/run/create-work.server.ts';
import { drawPictures } from './assets/run/draw-pictures.server.ts';
import { DownloadEvents } from './assets/run/events.ts';
import { type DownloadedFile, findDownloadedFile } from './assets/run/find-file.ts';
import { hurryJobs, openJob, reopenJob } from './assets/run/open-jobs.ts';
import { ProgressBook } from './assets/run/progress-book.ts';
import {
  type AssetDownloadManagerOptions,
  checkManagerOptions,
  downloadStorage,
  downloadStore,
} from './assets/run/settings.server.ts';
import { sharedPageUpdates } from './assets/run/shared-page-updates.ts';
import { OpenAIVideosClient } from './openai-videos-client.ts';

/**
 * Downloads the files of finished videos before the service deletes them, keeps every version, and tells Notion. What is to
 * be done is on record: a job that was queued once is finished by whichever process runs, and by one alone.
 * Nothing happens before the first call of a method, which also takes up what earlier processes have left (except `stop`).
 */
export class AssetDownloadManager {
  readonly #options: AssetDownloadManagerOptions;
  readonly #clock: Clock;
  readonly #progress = new ProgressBook();
  readonly #events = new DownloadEvents((record) => this.#jobOf(record));
  /** Cleared in this process; the store follows. */
  readonly #cleared = new Set<string>();
  #opened: Opened | undefined;
  #isStopped = false;

  /** @throws ReelError `invalid-input` */
  constructor(options: AssetDownloadManagerOptions = {}) {
    checkManagerOptions(options);
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Resolves once the job is on record; the download goes on. The same page, video and time again have no effect; another
   * page or a later time is the next version of the video. A job whose time is over is `expired`, unless the service says
   * that it keeps the video longer.
   * @param completedAt when the service had finished the video
   * @throws ReelError `invalid-input`; `config` without a service; `store-corrupt`, `disk*` or `busy` of the records
   */
  async queueDownload(notionPageId: string, soraVideoId: string, batchId: string, completedAt: Date): Promise<void> {
    checkIds({ notionPageId, soraVideoId, batchId });
    checkTime(completedAt);
    const { engine, terms } = this.#working();
    const order = { notionPageId, soraVideoId, batchId, completedAt };
    const record = await openJob(order, terms());
    this.#cleared.delete(downloadKey({ ...order, completedAt: completedAt.toISOString() }));
    if (record) this.#events.queued(record);
    if (record?.status === 'expired') this.#events.expiredBefore(record);
    engine.wake();
  }

  /**
   * Tries a failed download again, with all its retries.
   * @throws ReelError `not-found`; `expired` once its time is over; `invalid-input` if it has not failed; `config` if its
   * video was made at another service
   */
  async retryDownload(notionPageId: string): Promise<void> {
    const { engine, terms, refresh } = this.#working();
    await refresh();
    const record = await reopenJob(notionPageId, this.#records(), terms());
    this.#events.retriedByHand(record);
    engine.wake();
  }

  /**
   * Tries every unfinished download of this service now, also those that wait for their next try. Resolves once each has
   * ended, or waits again, or is another process's: `getPendingDownloads` has what is left.
   * @throws ReelError `config` without a service; `store-corrupt`, `disk*` or `busy` of the records
   */
  async resumeDownloads(): Promise<void> {
    const { engine, terms, refresh } = this.#working();
    await refresh();
    await hurryJobs(this.#records(), terms().store);
    engine.wake();
    await engine.idle();
  }

  /** The latest job of a page. */
  getDownloadStatus(notionPageId: string): DownloadJob | undefined {
    const record = jobOfPage(this.#visible(), notionPageId);
    return record && this.#jobOf(record);
  }

  getDownloadSummary(): DownloadSummary {
    return summaryOf(listedJobs(this.#visible()), this.#clock.now());
  }

  /** Pending and downloading, the nearest deadline first. */
  getPendingDownloads(): DownloadJob[] {
    return this.listDownloads().filter(isActive);
  }

  /** Those of the pending ones with less than ten minutes left. */
  getExpiringDownloads(): DownloadJob[] {
    const nowMs = this.#clock.now();
    return this.getPendingDownloads().filter(({ expiresAt }) =>
      isApproachingExpiration({ expiresAt: expiresAt.toISOString() }, nowMs),
    );
  }

  /** Every job that is not cleared, the nearest deadline first: the latest of each page, and others that are not over. */
  listDownloads({ limit = Number.POSITIVE_INFINITY }: { limit?: number | undefined } = {}): DownloadJob[] {
    return mostWatched(listedJobs(this.#visible()), limit)
      .map((record) => this.#jobOf(record))
      .sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
  }

  /** Takes the completed jobs off the list. Their files, and what is known of them, stay. */
  clearCompleted(): void {
    const { store } = this.#open();
    const clearedAt = new Date(this.#clock.now()).toISOString();
    for (const record of this.#visible().filter(({ status }) => status === 'completed')) {
      const key = downloadKey(record);
      this.#cleared.add(key);
      // If it cannot be written, the next process lists it once more.
      store.update(key, (current) => current && { ...current, clearedAt }).catch(() => {});
    }
  }

  /**
   * Removes old versions of videos by their number or their age. The newest version of each video stays.
   * @returns what was removed, or would be
   * @throws ReelError `invalid-input` for a wrong rule; `disk*`
   */
  async cleanUpVersions(rule: CleanUpRule): Promise<RemovedVersion[]> {
    checkRule(rule);
    const { store, storage } = this.#open();
    await this.loaded();
    return cleanUp(store, storage, oldVersions(this.#records(), rule, this.#clock.now()), rule);
  }

  /** A file of this storage by its folder and name, if it is on record and in the local folder. */
  findFile(folder: string, fileName: string): DownloadedFile | undefined {
    return findDownloadedFile(this.#records(), this.#open().storage, { folder, fileName });
  }

  /**
   * Calls the listener with whatever happens to downloads of this process.
   * @returns what ends that
   * @throws ReelError `config` for settings that cannot be read
   */
  subscribe(listener: (event: DownloadEvent) => void): () => void {
    // What is taken up by this call is reported too: nothing starts before it returns.
    this.#open();
    return this.#events.subscribe(listener);
  }

  /** Resolves once the synchronous functions know of every record; needed only with a database on another machine. */
  async loaded(): Promise<void> {
    await this.#open().copy.refresh();
  }

  /** Ends the downloads of this process and gives the jobs back, for whichever process comes next. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#opened?.working?.engine.stop();
  }

  #jobOf(record: DownloadRecord): DownloadJob {
    const { storage } = this.#open();
    return jobOf(record, {
      filePathOf: (place, asset) => storage.filePathOf(place, asset),
      progressOf: (one) => (isActive(one) ? this.#progress.of(downloadKey(one)) : undefined),
    });
  }

  /** Every record of this storage. */
  #records(): DownloadRecord[] {
    const { copy, storage } = this.#open();
    return copy.list().filter((record) => record.storage === storage.name);
  }

  #visible(): DownloadRecord[] {
    const { size } = this.#cleared;
    return this.#records().filter(
      (record) => record.clearedAt === undefined && (size === 0 || !this.#cleared.has(downloadKey(record))),
    );
  }

  /** Opens the records and takes up what is unfinished, once. */
  #open(): Opened {
    if (this.#opened) return this.#opened;
    const settings = readSettings();
    const records = this.#options.store ?? downloadStore(settings);
    const copy = new RecordCopy(() => records, downloadKey);
    const storage = downloadStorage(settings, this.#options);
    const opened: Opened = { settings, copy, store: copy.noting(), storage, working: undefined };
    this.#opened = opened;
    try {
      this.#working();
    } catch {
      // Without a service there is nothing to take up; a call that needs one says so.
    }
    return opened;
  }

  /** @throws ReelError `config` without a service */
  #working(): Working {
    const opened = this.#open();
    opened.working ??= this.#startWork(opened);
    return opened.working;
  }

  #startWork({ settings, copy, store, storage }: Opened): Working {
    const { baseUrl, apiKey, allowPrivateNetwork } = this.#options;
    const client = () => new OpenAIVideosClient({ baseUrl, apiKey, allowPrivateNetwork, clock: this.#clock });
    const notion = this.#options.notion ?? (settings.notionToken !== undefined && sharedPageUpdates());
    const working = createWork(
      { ...this.#options, notion },
      {
        service: this.#options.service ?? client(),
        drawPictures,
        ...{ settings, store, storage, clock: this.#clock, events: this.#events, progress: this.#progress },
        records: () => this.#records(),
        refresh: () => copy.refresh(),
      },
    );
    if (this.#isStopped) void working.engine.stop();
    else working.engine.start();
    return working;
  }
}

interface Opened {
  readonly settings: Settings;
  readonly copy: RecordCopy<DownloadRecord>;
  readonly store: RecordStore<DownloadRecord>;
  readonly storage: DownloadStorage;
  working: Working | undefined;
}

/** The one of this app, by its settings. */
export const assetDownloadManager: AssetDownloadManager = new AssetDownloadManager();
