import '#lib/base/server-only.server.ts';
import { callSafely } from '#lib/base/call-safely.ts';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import { readScrapedAssets, readSettings, type Settings } from '#lib/config.ts';
import { SingleFlight } from '#lib/jobs/run/single-flight.ts';
import { assertAssetStore } from '#lib/stores/assets/open-asset-store.server.ts';
import type { ListQuery } from '#lib/stores/records/record-store.ts';
import { checkIds } from './record/check-ids.ts';
import { checkRequest, type DownloadRequest } from './record/check-request.ts';
import { type FilmFilter, matches } from './record/film-filter.ts';
import { STORED } from './record/film-lists.ts';
import { scrapedKey } from './record/names.ts';
import type { ScrapedRecord } from './record/record.ts';
import type { ScrapedVideo, StoreResult } from './record/types.ts';
import { viewOf } from './record/views.ts';
import { checkServiceOptions, createContext, type DownloadServiceOptions } from './service-options.server.ts';
import { type CleanUpResult, removeFilms, removeOne } from './storage/clean-up.server.ts';
import { type CleanUpRule, checkRule, filmsToRemove } from './storage/clean-up-rule.ts';
import { type FilmPage, filmsOfChannel, pageOfFilms, type WantedFilms, wantedFilms } from './storage/film-page.ts';
import { retainedIn } from './storage/retained.ts';
import { fileOf, type ScrapedFile, type ScrapedFileKind } from './storage/scraped-file.ts';
import { type StorageUsage, totalsIn, usageOf } from './storage/usage.ts';
import { type VerifyOptions, type VerifyResult, verifyFilms } from './storage/verify.server.ts';
import { type BatchOptions, type BatchResult, runBatch } from './work/batch.ts';
import type { ScrapeContext, ScrapeProgress } from './work/context.ts';
import { findOpenWork } from './work/finish-open.server.ts';
import { type FilmEnd, FilmRunner } from './work/run-film.server.ts';

export interface StoreOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: ScrapeProgress) => void) | undefined;
  /** Downloads also what is stored already, and replaces it once the new file is in place. */
  force?: boolean | undefined;
  /** While another process works on the film; default `wait`. `fail` ends the call with `busy`. */
  ifBusy?: 'wait' | 'fail' | undefined;
}

/** What happens to the films of this process. */
export interface ScrapeEvent {
  channelId: string;
  videoId: string;
  /** Absent once the work on the film has ended. */
  progress?: ScrapeProgress;
}

const CONCURRENCY = 2;
const RETRY_DELAYS_MS = [1000, 2000, 4000];

/**
 * Downloads films with yt-dlp and stores them, with a record of each. What is wanted is on record before anything is
 * fetched: after a kill at any point, the next call goes on or clears up, and stores nothing twice.
 */
export class DownloadService {
  readonly #options: DownloadServiceOptions;
  readonly #listeners = new Set<(event: ScrapeEvent) => void>();
  readonly #flights = new SingleFlight<FilmEnd, ScrapeProgress>();
  #opened: { settings: Settings; context: ScrapeContext; runner: FilmRunner } | undefined;

  /** @throws ReelError `invalid-input` */
  constructor(options: DownloadServiceOptions = {}) {
    checkServiceOptions(options);
    this.#options = options;
  }

  /** Downloads one film and stores it, or finds that it is stored. Never rejects. */
  async downloadAndStore(request: DownloadRequest, options: StoreOptions = {}): Promise<StoreResult> {
    try {
      checkRequest(request);
      const { record, skipped } = await this.#store(request, options);
      return { success: true, record: viewOf(record), skipped };
    } catch (error) {
      return this.#failure(request, error);
    }
  }

  /**
   * Stores many films, for example those of a channel as they are listed. A film that fails holds up no other; what would
   * keep all of them from being stored ends the batch.
   */
  downloadAll(
    requests: AsyncIterable<DownloadRequest> | Iterable<DownloadRequest>,
    options: BatchOptions = {},
  ): Promise<BatchResult> {
    return runBatch(requests, (request, one) => this.downloadAndStore(request, one), options);
  }

  /**
   * Finishes what earlier processes have not: films that were asked for, uploads, removals, pictures.
   * @throws ReelError errors of the records, `disk*`
   */
  async resume(options: BatchOptions = {}): Promise<BatchResult> {
    const { context, runner } = this.#open();
    const { wanted, untidy } = await findOpenWork(context);
    const { signal = new AbortController().signal } = options;
    // What fails here is still on record.
    for (const film of untidy) await runner.tidy(film, { signal, report: () => {} }).catch(() => {});
    return runBatch(wanted, (request, one) => this.downloadAndStore(request, { ...one, ifBusy: 'fail' }), options);
  }

  /** @throws ReelError `invalid-input`, errors of the records */
  async getScrapedVideo(channelId: string, videoId: string): Promise<ScrapedVideo | undefined> {
    checkIds({ channelId, videoId });
    const record = await this.#open().context.store.get(scrapedKey({ channelId, videoId }));
    return record && viewOf(record);
  }

  /** The films on record, by channel and id. @throws ReelError errors of the records */
  async *listScrapedVideos(filter: FilmFilter = {}): AsyncGenerator<ScrapedVideo> {
    const { store } = this.#open().context;
    const { channelId, status } = filter;
    const isWanted = status === 'pending' || status === 'downloading';
    const all = () => store.find(isWanted ? { unfinished: true } : {});
    for await (const record of channelId === undefined ? all() : filmsOfChannel(store, channelId)) {
      if (matches(record, filter)) yield viewOf(record);
    }
  }

  /** A part of the films on record, the newest first; see `FilmPage`. @throws ReelError errors of the records */
  pageOfScrapedVideos(filter: FilmFilter, query: ListQuery): Promise<FilmPage> {
    return pageOfFilms(this.#open().context.store, filter, query);
  }

  /** What is wanted or under way, the oldest first. @throws ReelError errors of the records */
  listWantedVideos({ limit }: { limit?: number | undefined } = {}): Promise<WantedFilms> {
    return wantedFilms(this.#open().context.store, limit);
  }

  /**
   * What is stored, by the records, and what that costs.
   * @throws ReelError errors of the records; with `withVersions` those of the store
   */
  async getStorageUsage(options: { channelId?: string; withVersions?: boolean } = {}): Promise<StorageUsage> {
    const { channelId, withVersions = false } = options;
    const { context, settings } = this.#open();
    const totals =
      channelId === undefined ? await context.store.totals(STORED) : totalsIn(await this.#records(channelId));
    const retained = withVersions ? await retainedIn(context.stores.current, channelId) : undefined;
    return usageOf(totals, { usdPerGb: this.#options.usdPerGb ?? settings.storageUsdPerGb, retained });
  }

  /**
   * Removes films by age, number or total size, in the store and on record. Stops at the first film that is not as its
   * record says, or that the store does not let us look at.
   * @param listed what a dry run has named: exactly these go, whatever the rule names by now, and only those still as they were
   * @throws ReelError `invalid-input` for a wrong rule; errors of the records
   */
  async cleanUp(rule: CleanUpRule, listed?: readonly ScrapedVideo[]): Promise<CleanUpResult> {
    checkRule(rule);
    const { context } = this.#open();
    const { channelId, dryRun = false, removeVersions = false } = rule;
    const named = async () => filmsToRemove(await this.#records(channelId), rule, context.clock.now()).map(viewOf);
    return removeFilms(context, listed ?? (await named()), { dryRun, removeVersions });
  }

  /**
   * Removes one film, whatever its state, with its record.
   * @throws ReelError `not-found` without a record; `busy` while another process works on it; `integrity` if something else
   *   has its name; errors of the store
   */
  async removeScrapedVideo(
    channelId: string,
    videoId: string,
    options: { removeVersions?: boolean } = {},
  ): Promise<ScrapedVideo> {
    checkIds({ channelId, videoId });
    const { context } = this.#open();
    const removed = await removeOne(context, { channelId, videoId }, options.removeVersions ?? false);
    await context.folders.removeAllOf({ channelId, videoId });
    return removed;
  }

  /** A film or one of its pictures, if it is stored. @throws ReelError `invalid-input`, errors of the records */
  async findScrapedFile(channelId: string, videoId: string, kind: ScrapedFileKind): Promise<ScrapedFile | undefined> {
    checkIds({ channelId, videoId });
    const { context } = this.#open();
    const record = await context.store.get(scrapedKey({ channelId, videoId }));
    return record && fileOf(record, kind, context.stores);
  }

  /** Compares what is stored with the records; changes nothing. @throws ReelError `aborted`, errors of store and records */
  async verifyStorage(options: VerifyOptions = {}): Promise<VerifyResult> {
    const { context } = this.#open();
    return verifyFilms(context.stores, () => this.#records(options.channelId), options);
  }

  /**
   * Calls the listener with the progress of every film that this process works on.
   * @returns what ends that
   */
  subscribe(listener: (event: ScrapeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends the work of this process, and gives its films back. */
  async stop(): Promise<void> {
    await this.#flights.abortAll(new Error('the process is shutting down'));
  }

  async #store(request: DownloadRequest, options: StoreOptions): Promise<FilmEnd> {
    const { force = false, ifBusy = 'wait', signal, onProgress } = options;
    const { channelId, videoId, url, format, maxHeight } = request;
    const { runner, settings } = this.#open();
    if (!this.#options.assets) await assertAssetStore({ ...settings, assets: readScrapedAssets() });
    const order = { channelId, videoId, url, format, maxHeight, force };
    const work = (stop: AbortSignal, report: (progress: ScrapeProgress) => void) =>
      runner.run(order, {
        ...{ signal: stop, ifBusy },
        report: (progress) => {
          report(progress);
          this.#emit({ channelId, videoId, progress });
        },
      });
    try {
      return await this.#flights.run(JSON.stringify([order, ifBusy]), work, { onEvent: onProgress, signal });
    } finally {
      this.#emit({ channelId, videoId });
    }
  }

  async #failure(request: DownloadRequest, error: unknown): Promise<StoreResult> {
    const { code, retryable, message } = isReelError(error)
      ? error
      : new ReelError('provider-failed', `Unexpected error, probably a bug in Reelkeep: ${messageOf(error)}`);
    const record = await this.getScrapedVideo(request?.channelId, request?.videoId).catch(() => undefined);
    return { success: false, error: redactText(message), code, retryable, ...(record && { record }) };
  }

  #emit(event: ScrapeEvent): void {
    for (const listener of this.#listeners) callSafely(listener, event);
  }

  #records(channelId: string | undefined): Promise<ScrapedRecord[]> {
    const { store } = this.#open().context;
    return Array.fromAsync(channelId === undefined ? store.find() : filmsOfChannel(store, channelId));
  }

  #open() {
    if (this.#opened) return this.#opened;
    const settings = readSettings();
    const context = createContext(this.#options, settings);
    const { concurrency = CONCURRENCY, retryDelaysMs = RETRY_DELAYS_MS } = this.#options;
    this.#opened = { settings, context, runner: new FilmRunner(context, { concurrency, retryDelaysMs }) };
    return this.#opened;
  }
}
