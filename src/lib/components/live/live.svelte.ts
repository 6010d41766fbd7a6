import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { isUnderWay } from '#lib/components/words/stage-words.ts';
import type { Counts, Snapshot, SpendAccess, SpendView, VideoView } from '#lib/web/videos/view.ts';
import { followVideos, type Link, type LiveListener, type LiveOptions } from './live-client.ts';

const TICK_MS = 1000;

/** What every page of one visitor sees: the server's last word on each video, and the server's clock. */
export class LiveVideos implements LiveListener {
  readonly views = new SvelteMap<string, VideoView>();
  spend: SpendView = $state({ totalUsd: 0, todayUsd: 0, lostUsd: 0, inFlightUsd: 0, unpriced: 0 });
  /** Of all videos, also those that no page has loaded. */
  counts: Counts = $state({ total: 0, made: 0, underWay: 0, failed: 0 });
  access: SpendAccess = $state({ allowed: false, reason: '', canLogIn: false });
  sandbox = $state(false);
  link: Link = $state('connecting');
  /** Whether this machine has a network, as far as its browser knows. */
  isOnline = $state(true);
  /** The server's time in milliseconds; moves once a second while something on the page counts time. */
  nowMs = $state(0);
  /** When the server was last heard of, by its own clock. */
  heardAtMs = $state(0);

  /** The news that came last. */
  eventId = '';
  #fetchRest: LiveOptions['fetchRest'];

  /** How far this machine's clock is behind the server's. */
  #offsetMs = 0;
  /** How often each video was heard of: tells a late answer from news. */
  readonly #news = new Map<string, number>();

  constructor(snapshot: Snapshot) {
    this.onSnapshot(snapshot);
  }

  /** Something on the page is told in time: how long it has run, or how long its link lives. */
  readonly countsTime = $derived(
    [...this.views.values()].some(({ state, expiresAt }) => isUnderWay(state) || expiresAt !== undefined),
  );
  /** Nothing is heard of the server. With no network an open connection may hang for minutes before it fails. */
  readonly isAway = $derived(this.link === 'lost' || !this.isOnline);

  onSnapshot(snapshot: Snapshot): void {
    for (const view of snapshot.videos) this.onVideo(view);
    if (snapshot.after === undefined) void this.#askForRest(snapshot.videos);
    this.eventId = snapshot.eventId;
    this.counts = snapshot.counts;
    this.spend = snapshot.spend;
    this.access = snapshot.access;
    this.sandbox = snapshot.sandbox;
    this.#setClock(Date.parse(snapshot.now));
  }

  onVideo(view: VideoView): void {
    if (!isSame(this.views.get(view.key), view)) {
      this.#news.set(view.key, this.newsOf(view.key) + 1);
      this.views.set(view.key, view);
    }
    this.heardAtMs = this.#serverTime();
  }

  onCounts(counts: Counts): void {
    this.counts = counts;
  }

  onEventId(id: string): void {
    this.eventId = id;
  }

  /** Takes in what a page has loaded with itself: no news, but what was there before. */
  take(views: readonly VideoView[]): void {
    for (const view of views) if (!isSame(this.views.get(view.key), view)) this.views.set(view.key, view);
  }

  onSpend(spend: SpendView): void {
    this.spend = spend;
    this.heardAtMs = this.#serverTime();
  }

  onBeat(): void {
    this.heardAtMs = this.#serverTime();
  }

  onLink(link: Link): void {
    this.link = link;
  }

  newsOf(key: string): number {
    return this.#news.get(key) ?? 0;
  }

  /** Takes the answer to an order in, unless events have said more about that video since the order went out. */
  takeAnswer(view: VideoView, newsBefore: number): void {
    if (this.newsOf(view.key) === newsBefore) this.onVideo(view);
  }

  /** Begins to listen; ends when the returned function is called. */
  follow(options: LiveOptions): () => void {
    this.#fetchRest = options.fetchRest;
    const stop = followVideos(this, options);
    const timer = setInterval(() => this.#tick(), TICK_MS);
    return () => {
      clearInterval(timer);
      stop();
    };
  }

  /** A snapshot tells of what every page shows; changes of what this one has loaded besides may have been missed. */
  async #askForRest(told: readonly VideoView[]): Promise<void> {
    const rest = new Map([...this.views.keys()].map((key) => [key, this.newsOf(key)]));
    for (const { key } of told) rest.delete(key);
    if (rest.size === 0) return;
    // What cannot be asked for now, the next snapshot asks for again.
    const views = await this.#fetchRest?.(new Set(rest.keys()), this.eventId).catch(() => undefined);
    for (const view of views ?? []) this.takeAnswer(view, rest.get(view.key) ?? 0);
  }

  #tick(): void {
    if (this.countsTime || this.isAway) this.nowMs = this.#serverTime();
  }

  #setClock(serverMs: number): void {
    this.#offsetMs = serverMs - Date.now();
    this.nowMs = serverMs;
    this.heardAtMs = serverMs;
  }

  #serverTime(): number {
    return Date.now() + this.#offsetMs;
  }
}

function isSame(one: VideoView | undefined, other: VideoView): boolean {
  return one !== undefined && JSON.stringify(one) === JSON.stringify(other);
}

export const [getLive, setLive] = createContext<LiveVideos>();
