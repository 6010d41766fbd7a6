import type { Counts, SpendView, VideoView } from '#lib/web/videos/view.ts';
import { textOf } from './view-text.ts';

/** One piece of news. Ids grow, and say of which run of the server they are. What has none is not kept: only the last counts. */
export type FeedEvent =
  | { id: string; event: 'video'; data: VideoView }
  | { id: string; event: 'spend'; data: SpendView }
  | { id?: undefined; event: 'counts'; data: Counts };

export interface FeedListener {
  send(event: FeedEvent): void;
  /** @param retryMs how long to wait before coming back, when that is known */
  close(retryMs?: number): void;
}

export interface FeedOptions {
  /** What may have changed since the last time; the first time all there is. */
  read: () => { videos: readonly VideoView[]; spend: SpendView; counts?: Counts };
  /** Distinguishes this run of the server from earlier ones. */
  epoch: string;
  /** Calls `task` regularly; returns how to stop it. */
  every: (intervalMs: number, task: () => void) => () => void;
  /** Calls `task` once, later. */
  after: (delayMs: number, task: () => void) => void;
  onError?: (error: unknown) => void;
}

const LOOK_EVERY_MS = 1000;
/** Four times a second is smooth enough for a progress bar. */
const THROTTLE_MS = 250;
const KEPT_EVENTS = 500;

type News = { event: 'video'; data: VideoView } | { event: 'spend'; data: SpendView };

/**
 * Tells listeners what changes, whoever changes it: progress of this process at once, everything else by looking at the
 * store once a second, and only while somebody listens.
 */
export class VideoFeed {
  readonly #options: FeedOptions;
  readonly #listeners = new Set<FeedListener>();
  readonly #kept: FeedEvent[] = [];
  readonly #toldViews = new Map<string, VideoView>();
  #toldSpend = '';
  #toldCounts = '';
  /** Keys told a moment ago, and whether there is newer news of them. */
  readonly #resting = new Map<string, boolean>();
  /** What is to be told when its key has rested. */
  readonly #waiting = new Map<string, VideoView>();
  #sequence = 0;
  #isPrimed = false;
  #stopLooking: (() => void) | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  /** The id of the newest event: whoever has seen it has seen everything. */
  get lastId(): string {
    return this.#idOf(this.#sequence);
  }

  /**
   * Looks at the store and adds a listener.
   * @param lastSeenId where a dropped connection ended
   * @returns what it has missed since, or undefined when only a new snapshot helps
   * @throws what `read` throws
   */
  attach(listener: FeedListener, lastSeenId: string | null): { missed: FeedEvent[] | undefined; detach: () => void } {
    const missed = this.missedSince(lastSeenId);
    this.#listeners.add(listener);
    this.#stopLooking ??= this.#options.every(LOOK_EVERY_MS, () => this.look());
    return { missed, detach: () => this.#detach(listener) };
  }

  /**
   * What was told after this event; undefined when that is not known any more, or never was.
   * @throws what `read` throws
   */
  missedSince(lastSeenId: string | null): FeedEvent[] | undefined {
    // Nobody may have looked for hours: first let the others, and the kept events, catch up.
    this.catchUp();
    return this.#since(lastSeenId);
  }

  /** Looks at the store, so that `lastId` stands for all there is. @throws what `read` throws */
  catchUp(): void {
    const { videos, spend, counts } = this.#options.read();
    for (const view of videos) this.#waiting.set(view.key, view);
    for (const view of this.#waiting.values()) this.#tellVideo(view);
    this.#tellSpend(spend);
    if (counts) this.#tellCounts(counts);
    this.#isPrimed = true;
  }

  /** Something about this video may be new. */
  touch(key: string): void {
    if (this.#listeners.size === 0) return;
    if (this.#resting.has(key)) this.#resting.set(key, true);
    else this.look();
  }

  /**
   * Compares with what was told and tells the difference; never throws. What cannot be read ends every connection: on one
   * that stays open a page would take what it shows for the present.
   */
  look(): void {
    if (this.#listeners.size === 0) return;
    try {
      this.catchUp();
    } catch (error) {
      this.close();
      this.#options.onError?.(error);
    }
  }

  /**
   * Ends every connection: the server is stopping, or has nothing to say.
   * @param retryMs for each when to come back; all at once would be a rush
   */
  close(retryMs?: () => number): void {
    for (const listener of [...this.#listeners]) {
      this.#detach(listener);
      listener.close(retryMs?.());
    }
  }

  #tellVideo(view: VideoView): void {
    if (this.#resting.has(view.key)) {
      this.#resting.set(view.key, true);
      return;
    }
    this.#waiting.delete(view.key);
    const before = this.#toldViews.get(view.key);
    if (before && textOf(before) === textOf(view)) return;
    this.#toldViews.set(view.key, view);
    this.#tell({ event: 'video', data: view });
    if (!this.#isPrimed || this.#listeners.size === 0) return;
    this.#resting.set(view.key, false);
    this.#options.after(THROTTLE_MS, () => this.#wake(view.key));
  }

  #wake(key: string): void {
    const hasNews = this.#resting.get(key);
    this.#resting.delete(key);
    if (hasNews) this.look();
  }

  #tellSpend(data: SpendView): void {
    const text = JSON.stringify(data);
    if (this.#toldSpend === text) return;
    this.#toldSpend = text;
    this.#tell({ event: 'spend', data });
  }

  #tellCounts(data: Counts): void {
    const text = JSON.stringify(data);
    if (this.#toldCounts === text) return;
    this.#toldCounts = text;
    for (const listener of this.#listeners) listener.send({ event: 'counts', data });
  }

  #tell(news: News): void {
    // The first look only learns how things stand.
    if (!this.#isPrimed) return;
    this.#sequence += 1;
    const event = { id: this.lastId, ...news };
    this.#kept.push(event);
    if (this.#kept.length > KEPT_EVENTS) this.#kept.shift();
    for (const listener of this.#listeners) listener.send(event);
  }

  #since(lastSeenId: string | null): FeedEvent[] | undefined {
    const [epoch, sequence] = (lastSeenId ?? '').split('.');
    const seen = Number(sequence);
    if (epoch !== this.#options.epoch || !Number.isInteger(seen) || seen > this.#sequence) return undefined;
    const missing = this.#sequence - seen;
    return missing <= this.#kept.length ? this.#kept.slice(this.#kept.length - missing) : undefined;
  }

  #detach(listener: FeedListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    this.#stopLooking?.();
    this.#stopLooking = undefined;
  }

  #idOf(sequence: number): string {
    return `${this.#options.epoch}.${sequence}`;
  }
}
