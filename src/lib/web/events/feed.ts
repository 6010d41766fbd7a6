import type { Counts, SpendView, VideoView } from '#lib/web/videos/view.ts';
import { textOf } from './view-text.ts';

/** Ids increase, and identify the run of the server. Events without an id are not kept: only the latest one matters. */
export type FeedEvent =
  | { id: string; event: 'video'; data: VideoView }
  | { id: string; event: 'spend'; data: SpendView }
  | { id?: undefined; event: 'counts'; data: Counts };

export interface FeedListener {
  send(event: FeedEvent): void;
  /** @param retryMs how long to wait before reconnecting, if known */
  close(retryMs?: number): void;
}

export interface FeedOptions {
  /** What may have changed since the last call; everything on the first call. */
  read: () => { videos: readonly VideoView[]; spend: SpendView; counts?: Counts };
  /** Distinguishes this run of the server from earlier ones. */
  epoch: string;
  /** Calls `task` regularly; returns a function that stops it. */
  every: (intervalMs: number, task: () => void) => () => void;
  /** Calls `task` once, later. */
  after: (delayMs: number, task: () => void) => void;
  onError?: (error: unknown) => void;
}

const LOOK_EVERY_MS = 1000;
/** Four times a second is smooth enough for a progress bar. */
const THROTTLE_MS = 250;
const KEPT_EVENTS = 500;

type Change = { event: 'video'; data: VideoView } | { event: 'spend'; data: SpendView };

/**
 * Sends every change to the listeners, whatever its source: progress of this process at once, everything else by checking
 * the store once a second, and only while there are listeners.
 */
export class VideoFeed {
  readonly #options: FeedOptions;
  readonly #listeners = new Set<FeedListener>();
  readonly #kept: FeedEvent[] = [];
  readonly #sentViews = new Map<string, VideoView>();
  #sentSpend = '';
  #sentCounts = '';
  /** Keys sent within the throttle interval, and whether they have changed again since. */
  readonly #throttled = new Map<string, boolean>();
  /** Views to send when the throttle interval of their key is over. */
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

  /** The id of the newest event: a client that has seen it has seen everything. */
  get lastId(): string {
    return this.#idOf(this.#sequence);
  }

  /**
   * Reads the store and adds a listener.
   * @param lastSeenId the last event of a dropped connection
   * @returns the events missed since, or undefined if a new snapshot is needed
   * @throws what `read` throws
   */
  attach(listener: FeedListener, lastSeenId: string | null): { missed: FeedEvent[] | undefined; detach: () => void } {
    const missed = this.missedSince(lastSeenId);
    this.#listeners.add(listener);
    this.#stopLooking ??= this.#options.every(LOOK_EVERY_MS, () => this.look());
    return { missed, detach: () => this.#detach(listener) };
  }

  /**
   * The events after this one; undefined if they are no longer kept, or the id is unknown.
   * @throws what `read` throws
   */
  missedSince(lastSeenId: string | null): FeedEvent[] | undefined {
    // The last read may be hours ago: bring the other listeners and the kept events up to date first.
    this.catchUp();
    return this.#since(lastSeenId);
  }

  /** Reads the store, so that `lastId` covers everything in it. @throws what `read` throws */
  catchUp(): void {
    const { videos, spend, counts } = this.#options.read();
    for (const view of videos) this.#waiting.set(view.key, view);
    for (const view of this.#waiting.values()) this.#sendVideo(view);
    this.#sendSpend(spend);
    if (counts) this.#sendCounts(counts);
    this.#isPrimed = true;
  }

  /** This video may have changed. */
  touch(key: string): void {
    if (this.#listeners.size === 0) return;
    if (this.#throttled.has(key)) this.#throttled.set(key, true);
    else this.look();
  }

  /**
   * Compares the store with what was sent, and sends the difference; never throws. A read error closes every connection:
   * otherwise pages would show outdated data as current.
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
   * Closes every connection: the server is stopping, or cannot read the store.
   * @param retryMs the reconnect delay, chosen for each listener so that they do not all return at once
   */
  close(retryMs?: () => number): void {
    for (const listener of [...this.#listeners]) {
      this.#detach(listener);
      listener.close(retryMs?.());
    }
  }

  #sendVideo(view: VideoView): void {
    if (this.#throttled.has(view.key)) {
      this.#throttled.set(view.key, true);
      return;
    }
    this.#waiting.delete(view.key);
    const before = this.#sentViews.get(view.key);
    if (before && textOf(before) === textOf(view)) return;
    this.#sentViews.set(view.key, view);
    this.#publish({ event: 'video', data: view });
    if (!this.#isPrimed || this.#listeners.size === 0) return;
    this.#throttled.set(view.key, false);
    this.#options.after(THROTTLE_MS, () => this.#wake(view.key));
  }

  #wake(key: string): void {
    const hasChanged = this.#throttled.get(key);
    this.#throttled.delete(key);
    if (hasChanged) this.look();
  }

  #sendSpend(data: SpendView): void {
    const text = JSON.stringify(data);
    if (this.#sentSpend === text) return;
    this.#sentSpend = text;
    this.#publish({ event: 'spend', data });
  }

  #sendCounts(data: Counts): void {
    const text = JSON.stringify(data);
    if (this.#sentCounts === text) return;
    this.#sentCounts = text;
    for (const listener of this.#listeners) listener.send({ event: 'counts', data });
  }

  #publish(change: Change): void {
    // The first read only establishes the current state.
    if (!this.#isPrimed) return;
    this.#sequence += 1;
    const event = { id: this.lastId, ...change };
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
