import { createContext } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import { isUnderWay } from '#lib/components/words/stage-words.ts';
import type { Counts, Snapshot, SpendAccess, SpendView, VideoView } from '#lib/web/videos/view.ts';
import { followVideos, type Link, type LiveListener, type LiveOptions } from './live-client.ts';

const TICK_MS = 1000;

/** What every page of one visitor shows: the latest state of each video, and the server's clock. */
export class LiveVideos implements LiveListener {
  readonly views = new SvelteMap<string, VideoView>();
  spend: SpendView = $state({ totalUsd: 0, todayUsd: 0, lostUsd: 0, inFlightUsd: 0, unpriced: 0 });
  /** Of all videos, including those that no page has loaded. */
  counts: Counts = $state({ total: 0, made: 0, underWay: 0, failed: 0 });
  access: SpendAccess = $state({ allowed: false, reason: '', canLogIn: false });
  sandbox = $state(false);
  link: Link = $state('connecting');
  /** Whether this machine has a network, as far as its browser knows. */
  isOnline = $state(true);
  /** The server's time in milliseconds; moves once a second while something on the page counts time. */
  nowMs = $state(0);
  /** When the server was last heard from, by its own clock. */
  heardAtMs = $state(0);

  /** The id of the latest event. */
  eventId = '';
  #fetchRest: LiveOptions['fetchRest'];

  /** How far this machine's clock is behind the server's. */
  #offsetMs = 0;
  /** How often each video was updated: distinguishes a late response from a newer update. */
  readonly #updateCounts = new Map<string, number>();

  constructor(snapshot: Snapshot) {
    this.onSnapshot(snapshot);
  }

  /** Something on the page shows a running time: how long it has run, or when its link expires. */
  readonly countsTime = $derived(
    [...this.views.values()].some(({ state, expiresAt }) => isUnderWay(state) || expiresAt !== undefined),
  );
  /** The server is unreachable. Without a network an open connection may hang for minutes before it fails. */
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
      this.#updateCounts.set(view.key, this.updateCountOf(view.key) + 1);
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

  /** Adds what a page has loaded itself; this does not count as an update. */
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

  updateCountOf(key: string): number {
    return this.#updateCounts.get(key) ?? 0;
  }

  /** Applies the response to an order, unless events have updated that video since the order was sent. */
  takeAnswer(view: VideoView, countBefore: number): void {
    if (this.updateCountOf(view.key) === countBefore) this.onVideo(view);
  }

  /** Starts listening, until the returned function is called. */
  follow(options: LiveOptions): () => void {
    this.#fetchRest = options.fetchRest;
    const stop = followVideos(this, options);
    const timer = setInterval(() => this.#tick(), TICK_MS);
    return () => {
      clearInterval(timer);
      stop();
    };
  }

  /** A snapshot covers what every page shows; changes of other videos loaded by this page may have been missed. */
  async #askForRest(covered: readonly VideoView[]): Promise<void> {
    const rest = new Map([...this.views.keys()].map((key) => [key, this.updateCountOf(key)]));
    for (const { key } of covered) rest.delete(key);
    if (rest.size === 0) return;
    // If this fails, the next snapshot tries again.
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
