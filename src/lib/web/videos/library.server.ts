import { readSettings, type Settings } from '#lib/config.ts';
import {
  findVideo,
  followVideos,
  SpendTally,
  type SpotWithEras,
  undoUntilMs,
  type VideoMetadata,
  videoFileName,
} from '#lib/wanx/index.ts';
import { textOf } from '#lib/web/events/view-text.ts';
import { FolderLook } from './folder-look.server.ts';
import { type ListName, type LiveLibrary, positionOf, timeOf, VideoLists, type VideoPage } from './lists.ts';
import type { Position } from './sorted-index.ts';
import type { Counts, LiveProgress, SpendView, VideoView } from './view.ts';
import type { ViewContext } from './view-context.ts';

export interface LibraryOptions {
  now: () => number;
  /** Listed first, in this order, also where there is no video yet. */
  spots: readonly SpotWithEras[];
  toView(spotId: string, eraId: string, record: VideoMetadata | undefined, context: ViewContext): VideoView;
}

interface Key {
  spotId: string;
  eraId: string;
}

type Places = ReadonlyMap<string, Key & { index: number }>;

const END_OF_CATALOGUE: Position = [0, Number.MAX_SAFE_INTEGER, ''];
/** A file changed in place is noticed by checking a few files each time, in rotation. */
const LOOKED_AT_IN_TURN = 8;
/** During downloads the folder changes constantly, and every progress event triggers a refresh. */
const FILES_EVERY_MS = 500;

/**
 * Every existing or possible video as pages see it, updated by what has changed: a record, a file added or removed,
 * progress, a time reached. Shared by all visitors; while nothing changes, a refresh costs the same with ten records as
 * with ten thousand.
 */
export class VideoLibrary implements LiveLibrary {
  readonly #now: () => number;
  readonly #places: Places;
  readonly #toView: LibraryOptions['toView'];
  readonly #live = new Map<string, LiveProgress>();
  readonly #records = new Map<string, VideoMetadata>();
  readonly #views = new Map<string, VideoView>();
  readonly #fileKeys = new Map<string, string>();
  readonly #lists = new VideoLists();
  readonly #tally = new SpendTally();
  readonly #folder = new FolderLook();
  readonly #followed = followVideos();
  /** Keys to refresh. */
  readonly #dirty = new Set<string>();
  /** When views change by time alone, earliest first. */
  readonly #due: Array<{ atMs: number; key: string }> = [];
  readonly #dueAtMs = new Map<string, number>();
  #changed = new Set<string>();
  #list: readonly VideoMetadata[] = [];
  #all: readonly VideoView[] | undefined;
  #settingsName: string | undefined;
  #pullFailure: unknown;
  #lookedAtMs = 0;
  #filesAtMs = Number.NEGATIVE_INFINITY;
  #turn = 0;

  constructor({ now, spots, toView }: LibraryOptions) {
    this.#now = now;
    this.#places = placesOf(spots);
    for (const key of this.#places.keys()) this.#dirty.add(key);
    this.#toView = toView;
  }

  /**
   * Reads what has changed in a store that cannot be read without waiting; call it before `refresh`. Never rejects:
   * `refresh` throws what went wrong.
   */
  async pull(): Promise<void> {
    this.#pullFailure = await this.#followed.refresh().then(
      () => undefined,
      (error: unknown) => error,
    );
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
    this.#takeRecords(this.#followed.list());
    this.#takeFiles(settings.videoDir, nowMs);
    for (let next = this.#due[0]; next && next.atMs <= nowMs; next = this.#due[0]) {
      if (this.#dueAtMs.get(next.key) === next.atMs) this.#dueAtMs.delete(next.key);
      this.#dirty.add(next.key);
      this.#due.shift();
    }
    this.#lookedAtMs = nowMs;
    for (const key of this.#dirty) {
      this.#look(key, settings, nowMs);
      this.#dirty.delete(key);
    }
  }

  /** The current view of one video. @throws as `refresh` */
  async view(spotId: string, eraId: string): Promise<VideoView> {
    const record = await findVideo(spotId, eraId);
    const live = this.#live.get(keyOf({ spotId, eraId }));
    const context = { settings: readSettings(), nowMs: this.#now(), live };
    return this.#toView(spotId, eraId, record, context);
  }

  /** @param live the progress of running work; undefined: it has ended */
  note(key: string, live: LiveProgress | undefined): void {
    if (live) this.#live.set(key, live);
    else this.#live.delete(key);
    this.#dirty.add(key);
  }

  /** Views that changed since the last call: for the one caller that distributes them. */
  takeChanged(): VideoView[] {
    const changed = [...this.#changed].flatMap((key) => this.#views.get(key) ?? []);
    this.#changed = new Set();
    return changed;
  }

  /** Returns the same array until something changes. */
  all(): readonly VideoView[] {
    this.#all ??= Object.freeze(this.#lists.all());
    return this.#all;
  }

  /** Those of the catalogue, which every page shows. */
  catalogue(): readonly VideoView[] {
    return this.#places.size === 0 ? [] : this.page('all', this.#places.size).videos;
  }

  /** @throws ProblemError `invalid-input` for a cursor of another list */
  page(list: ListName, limit: number, cursor?: string): VideoPage {
    return this.#lists.page(list, limit, cursor === undefined ? undefined : positionOf(list, cursor));
  }

  /** Like `page`, for all records outside the catalogue. */
  pageOutside(limit: number, cursor?: string): VideoPage {
    const page = this.#lists.page('all', limit, cursor === undefined ? END_OF_CATALOGUE : positionOf('all', cursor));
    return { ...page, total: page.total - this.#places.size };
  }

  get counts(): Counts {
    return this.#lists.counts;
  }

  get spend(): SpendView {
    const { budgetUsd } = readSettings();
    return { ...this.#tally.sums(this.#now()), ...(budgetUsd !== undefined && { budgetUsd }) };
  }

  /** Every view depends on some settings, and on the clock, which may be set back. */
  #takeSettings(values: Settings, nowMs: number): void {
    const name = JSON.stringify([values.projectRoot, values.videoDir, values.metadataPath, values.wanxModel]);
    if (name === this.#settingsName && nowMs >= this.#lookedAtMs) return;
    this.#settingsName = name;
    for (const key of [...this.#views.keys(), ...this.#places.keys()]) this.#dirty.add(key);
  }

  /** A store returns the same object for an unchanged record, and the same list while no record has changed. */
  #takeRecords(list: readonly VideoMetadata[]): void {
    const before = this.#list;
    if (list === before) return;
    const gone = before.filter((record, index) => record !== list[index]);
    const came = list.filter((record, index) => record !== before[index]);
    for (const record of gone) this.#records.delete(keyOf(record));
    for (const record of came) this.#records.set(keyOf(record), record);
    for (const record of [...gone, ...came]) this.#dirty.add(keyOf(record));
    this.#list = list;
  }

  #takeFiles(folder: string, nowMs: number): void {
    if (nowMs >= this.#filesAtMs && nowMs - this.#filesAtMs < FILES_EVERY_MS) return;
    this.#filesAtMs = nowMs;
    const names = this.#folder.look(folder);
    for (const name of names === 'unknown' ? this.#fileKeys.keys() : names) {
      const key = this.#fileKeys.get(name);
      if (key !== undefined) this.#dirty.add(key);
    }
    for (let count = 0; count < Math.min(LOOKED_AT_IN_TURN, this.#list.length); count += 1) {
      this.#turn = (this.#turn + 1) % this.#list.length;
      const record = this.#list[this.#turn];
      if (record?.localPath !== undefined) this.#dirty.add(keyOf(record));
    }
  }

  #look(key: string, settings: Settings, nowMs: number): void {
    const record = this.#records.get(key);
    const ids = record ?? this.#places.get(key);
    this.#tally.set(key, record);
    if (!ids) {
      this.#forget(key);
      return;
    }
    if (record) this.#watch(key, record, nowMs);
    const view = this.#toView(ids.spotId, ids.eraId, record, { settings, nowMs, live: this.#live.get(key) });
    const before = this.#views.get(key);
    if (before && textOf(before) === textOf(view)) return;
    this.#lists.set(Object.freeze(view), before, this.#positionInAll(key, record));
    this.#views.set(key, view);
    this.#noteChange(key);
  }

  #positionInAll(key: string, record: VideoMetadata | undefined): Position {
    const place = this.#places.get(key);
    return place ? [0, place.index, ''] : [1, -timeOf(record?.createdAt), key];
  }

  #watch(key: string, record: VideoMetadata, nowMs: number): void {
    this.#fileKeys.set(videoFileName(record.spotId, record.eraId), key);
    this.#lookAgainAt(key, nextChangeMs(record, nowMs));
  }

  #forget(key: string): void {
    const before = this.#views.get(key);
    if (!before) return;
    this.#views.delete(key);
    this.#fileKeys.delete(videoFileName(before.spotId, before.eraId));
    this.#lists.delete(before);
    this.#noteChange(key);
  }

  #noteChange(key: string): void {
    this.#changed.add(key);
    this.#all = undefined;
  }

  #lookAgainAt(key: string, atMs: number | undefined): void {
    if (atMs === undefined || this.#dueAtMs.get(key) === atMs) return;
    this.#dueAtMs.set(key, atMs);
    let [low, high] = [0, this.#due.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#due[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, { atMs, key });
  }
}

/** The next time at which the view of a record changes: see `toVideoView`. */
function nextChangeMs({ expiresAt, lease, intent, versions }: VideoMetadata, nowMs: number): number | undefined {
  const undoUntil = (versions?.former ?? []).filter(({ deletedAt }) => deletedAt !== undefined).map(undoUntilMs);
  const times = [expiresAt, lease?.expiresAt, intent?.listedUntil]
    .map(timeOf)
    .concat(undoUntil)
    .filter((atMs) => atMs > nowMs);
  return times.length === 0 ? undefined : Math.min(...times);
}

function placesOf(spots: readonly SpotWithEras[]): Places {
  const keys = spots.flatMap((spot) => spot.eras.map((era) => ({ spotId: spot.id, eraId: era.id })));
  return new Map(keys.map((key, index) => [keyOf(key), { ...key, index }]));
}

function keyOf({ spotId, eraId }: Key): string {
  return `${spotId}/${eraId}`;
}
