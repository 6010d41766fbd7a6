import { readSettings, type Settings } from '#lib/config.ts';
import {
  findVideo,
  followVideos,
  nextChangeMs,
  SpendTally,
  type VideoMetadata,
  videoFileName,
} from '#lib/wanx/index.ts';
import { DueTimes } from './library/due-times.ts';
import { FilmFiles } from './library/film-files.server.ts';
import { HeldViews } from './library/held-views.ts';
import type { LibraryOptions } from './library/library-options.ts';
import { END_OF_CATALOGUE, keyOf, type Places, placesOf, positionInAll } from './library/places.ts';
import type { SettledSource } from './library/settled-source.ts';
import { type ListName, type LiveLibrary, positionOf, type VideoPage } from './lists.ts';
import type { Position } from './sorted-index.ts';
import type { Counts, LiveProgress, SpendView, VideoView } from './view.ts';

/**
 * Every existing or possible video as pages see it, updated by what has changed: a record, a file added or removed,
 * progress, a time reached. Shared by all visitors; while nothing changes, a refresh costs the same with ten records as
 * with ten thousand. Of a database it holds the catalogue and what changes with time; pages read the others.
 */
export class VideoLibrary implements LiveLibrary {
  readonly #now: () => number;
  readonly #places: Places;
  readonly #toView: LibraryOptions<VideoMetadata>['toView'];
  readonly #settledVideos: LibraryOptions<VideoMetadata>['settledVideos'];
  readonly #live = new Map<string, LiveProgress>();
  readonly #records = new Map<string, VideoMetadata>();
  readonly #views = new HeldViews();
  readonly #files = new FilmFiles(videoFileName);
  readonly #tally = new SpendTally();
  readonly #followed = followVideos();
  /** Keys to refresh. */
  readonly #dirty = new Set<string>();
  /** When views change by time alone. */
  readonly #due = new DueTimes();
  /** With a database. */
  #settled: SettledSource<VideoMetadata> | undefined;
  #list: readonly VideoMetadata[] = [];
  #settingsName: string | undefined;
  #pullFailure: unknown;
  #lookedAtMs = 0;

  constructor({ now, spots, toView, settledVideos }: LibraryOptions<VideoMetadata>) {
    this.#now = now;
    this.#places = placesOf(spots);
    for (const key of this.#places.keys()) this.#dirty.add(key);
    this.#toView = toView;
    this.#settledVideos = settledVideos;
  }

  /**
   * Reads what has changed in a store that cannot be read without waiting; call it before `refresh`. Never rejects:
   * `refresh` throws what went wrong.
   */
  async pull({ everything = false }: { everything?: boolean } = {}): Promise<void> {
    this.#pullFailure = await this.#read(everything).catch((error: unknown) => error);
  }

  /**
   * Updates everything that has changed since the last call.
   * @throws ReelError `store-corrupt`, `disk` or `config`
   */
  refresh(): void {
    const nowMs = this.#now();
    const settings = readSettings();
    this.#takeSettings(settings, nowMs);
    if (this.#pullFailure !== undefined) throw this.#pullFailure;
    this.#takeRecords();
    this.#takeFiles(settings.videoDir, nowMs);
    for (const key of this.#due.take(nowMs)) this.#dirty.add(key);
    this.#lookedAtMs = nowMs;
    this.#lookAtDirty(settings, nowMs);
    this.#showOthers(settings, nowMs);
  }

  /** The current view of one video. @throws as `refresh` */
  async view(spotId: string, eraId: string): Promise<VideoView> {
    const record = await findVideo(spotId, eraId);
    const live = this.#live.get(keyOf({ spotId, eraId }));
    const context = { settings: readSettings(), nowMs: this.#now(), live };
    return this.#toView(spotId, eraId, record, context);
  }

  /** Of these keys, those that there are. Call `refresh` before. @throws ReelError of the store */
  async views(keys: readonly string[]): Promise<VideoView[]> {
    const views = keys.map(async (key) => {
      const [spotId = '', eraId = ''] = key.split('/');
      const record = this.#views.has(key) ? undefined : await findVideo(spotId, eraId);
      return record ? this.#viewOf(record, readSettings(), this.#now()) : (this.#views.get(key) ?? []);
    });
    return (await Promise.all(views)).flat();
  }

  /** @param live the progress of running work; undefined: it has ended */
  note(key: string, live: LiveProgress | undefined): void {
    if (live) this.#live.set(key, live);
    else this.#live.delete(key);
    // Its record is read by the next `pull`, and released by the look at which it is as recorded.
    if (live) this.#settled?.hold(key);
    this.#dirty.add(key);
  }

  /** Views that changed since the last call: for the one caller that distributes them. */
  takeChanged(): VideoView[] {
    return this.#views.takeChanged();
  }

  /** Returns the same array until something changes. */
  all(): readonly VideoView[] {
    return this.#views.all();
  }

  /** Those of the catalogue, which every page shows. */
  catalogue(): readonly VideoView[] {
    return this.#places.size === 0 ? [] : this.#views.lists.page('all', this.#places.size).videos;
  }

  /** Those that are under way, the nearest deadline first. */
  underWay(limit: number): readonly VideoView[] {
    return this.#views.lists.page('under-way', limit).videos;
  }

  /** @throws ProblemError `invalid-input` for a cursor of another list; ReelError of the store */
  async page(list: ListName, limit: number, cursor?: string): Promise<VideoPage> {
    return this.#page(list, limit, cursor === undefined ? undefined : positionOf(list, cursor));
  }

  /** Like `page`, for all records outside the catalogue. */
  async pageOutside(limit: number, cursor?: string): Promise<VideoPage> {
    const page = await this.#page('all', limit, cursor === undefined ? END_OF_CATALOGUE : positionOf('all', cursor));
    return { ...page, total: page.total - this.#places.size };
  }

  get counts(): Counts {
    const { counts } = this.#views.lists;
    return this.#settled ? this.#settled.counts(counts, this.#records.values()) : counts;
  }

  get spend(): SpendView {
    const { budgetUsd } = readSettings();
    const sums = this.#settled ? this.#settled.spend() : this.#tally.sums(this.#now());
    return { ...sums, ...(budgetUsd !== undefined && { budgetUsd }) };
  }

  async #read(everything: boolean): Promise<void> {
    const hasDatabase = readSettings().database !== undefined;
    this.#settled = hasDatabase ? (this.#settled ?? this.#settledVideos(this.#places.keys())) : undefined;
    await (this.#settled ? this.#settled.pull(this.#now(), everything) : this.#followed.refresh());
  }

  async #page(list: ListName, limit: number, after: Position | undefined): Promise<VideoPage> {
    if (!this.#settled) return this.#views.lists.page(list, limit, after);
    const [settings, nowMs] = [readSettings(), this.#now()];
    const reader = {
      isHeld: (key: string) => this.#views.has(key),
      viewOf: (record: VideoMetadata) => this.#viewOf(record, settings, nowMs),
    };
    const { items, deviating } = await this.#settled.page(list, after, limit + 1, reader);
    this.#hold(deviating, settings, nowMs);
    const total = this.#settled.totalOf(list, this.#records.values());
    return this.#views.lists.page(list, limit, after, { items, total });
  }

  /** Tells of records that are not in memory, and have changed. */
  #showOthers(settings: Settings, nowMs: number): void {
    const others = (this.#settled?.takeChanged() ?? []).filter((record) => !this.#records.has(keyOf(record)));
    const deviating = others.filter((record) => {
      const view = this.#viewOf(record, settings, nowMs);
      this.#views.tell(keyOf(record), view);
      return this.#settled?.isAsRecorded(record, view) === false;
    });
    this.#hold(deviating, settings, nowMs);
  }

  /** Takes records into memory whose views are not where the database lists them. */
  #hold(records: readonly VideoMetadata[], settings: Settings, nowMs: number): void {
    if (records.length === 0) return;
    for (const record of records) this.#settled?.hold(keyOf(record), record);
    this.#takeRecords();
    this.#lookAtDirty(settings, nowMs);
  }

  #lookAtDirty(settings: Settings, nowMs: number): void {
    for (const key of this.#dirty) {
      this.#look(key, settings, nowMs);
      this.#dirty.delete(key);
    }
  }

  #viewOf(record: VideoMetadata, settings: Settings, nowMs: number): VideoView {
    const live = this.#live.get(keyOf(record));
    return Object.freeze(this.#toView(record.spotId, record.eraId, record, { settings, nowMs, live }));
  }

  /** Every view depends on some settings, and on the clock, which may be set back. */
  #takeSettings(values: Settings, nowMs: number): void {
    const name = JSON.stringify([values.projectRoot, values.videoDir, values.metadataPath, values.wanxModel]);
    if (name === this.#settingsName && nowMs >= this.#lookedAtMs) return;
    this.#settingsName = name;
    for (const key of [...this.#views.keys(), ...this.#places.keys()]) this.#dirty.add(key);
  }

  /** A store returns the same object for an unchanged record, and the same list while no record has changed. */
  #takeRecords(): void {
    const before = this.#list;
    const list = this.#settled ? this.#settled.held() : this.#followed.list();
    if (list === before) return;
    const gone = before.filter((record, index) => record !== list[index]);
    const came = list.filter((record, index) => record !== before[index]);
    for (const record of gone) this.#records.delete(keyOf(record));
    for (const record of gone) this.#files.remove(record);
    for (const record of came) this.#records.set(keyOf(record), record);
    for (const record of [...gone, ...came]) this.#dirty.add(keyOf(record));
    this.#list = list;
  }

  #takeFiles(folder: string, nowMs: number): void {
    const changed = this.#files.look(folder, nowMs);
    if (!changed) return;
    for (const key of changed.keys) this.#dirty.add(key);
    for (const record of this.#files.inTurn(this.#list)) this.#dirty.add(keyOf(record));
    this.#settled?.noteFiles(changed.others);
  }

  #look(key: string, settings: Settings, nowMs: number): void {
    const record = this.#records.get(key);
    const ids = record ?? this.#places.get(key);
    this.#tally.set(key, record);
    if (!ids) this.#views.forget(key);
    if (!ids) return;
    if (record) this.#due.set(key, nextChangeMs(record, nowMs));
    if (record) this.#files.add(record, key);
    const view = this.#toView(ids.spotId, ids.eraId, record, { settings, nowMs, live: this.#live.get(key) });
    this.#views.set(key, Object.freeze(view), positionInAll(this.#places, key, record));
    const isNeeded = this.#places.has(key) || this.#live.has(key);
    if (record && !isNeeded && this.#settled?.isAsRecorded(record, view)) this.#release(key, record);
  }

  /** The database lists it where it belongs, so that it need not be in memory. */
  #release(key: string, record: VideoMetadata): void {
    this.#views.drop(key);
    this.#files.remove(record);
    this.#records.delete(key);
    this.#settled?.release(key);
  }
}
