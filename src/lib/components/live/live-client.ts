import type { Counts, Snapshot, SpendView, VideoView } from '#lib/web/videos/view.ts';

/** `live`: events arrive. `polling`: they do not, but asking works. `lost`: nobody answers. */
export type Link = 'connecting' | 'live' | 'polling' | 'lost';

export interface LiveListener {
  onSnapshot(snapshot: Snapshot): void;
  onVideo(view: VideoView): void;
  onSpend(spend: SpendView): void;
  onCounts(counts: Counts): void;
  /** The id of the news that came last: whoever connects anew begins there. */
  onEventId?(id: string): void;
  /** There is no news, and the server is there to say so. */
  onBeat(): void;
  onLink(link: Link): void;
}

/** What the server calls its events. */
export type EventName = 'snapshot' | 'video' | 'spend' | 'counts' | 'beat';

/** The part of an EventSource that is used here. */
export interface EventStream {
  readonly readyState: number;
  addEventListener(type: EventName | 'error', listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface LiveOptions {
  openEvents: () => EventStream;
  fetchSnapshot: () => Promise<Snapshot>;
  /** Asks for what has become of these videos since an event. */
  fetchRest?: (keys: ReadonlySet<string>, eventId: string) => Promise<readonly VideoView[]>;
  later: Later;
}

/** Runs something later, and gives back how to call that off. */
export type Later = (action: () => void, delayMs: number) => () => void;

export const POLL_INTERVAL_MS = 2000;
/** The server speaks at once. Who hears nothing for so long is behind something that holds the events back. */
export const FIRST_EVENT_WITHIN_MS = 5000;
/** Two heartbeats of the server, and some patience. */
export const NEXT_EVENT_WITHIN_MS = 35_000;
/** A browser connects again after two seconds, and each attempt that fails it tells. */
export const RECONNECT_WITHIN_MS = 10_000;
/** An EventSource that was refused does not come back by itself. */
export const REOPEN_REFUSED_AFTER_MS = 10_000;
/** Longer: each attempt takes one of the six connections that a browser opens to one server. */
export const REOPEN_SILENT_AFTER_MS = 30_000;
export const CLOSED = 2;

/**
 * Keeps a page up to date: by events while they arrive, and by asking every two seconds while they do not, whether the
 * stream fails or only falls silent. Each connection, and each question, goes on behind the last news, or where that is
 * not known any more begins with a snapshot: nothing said in between is missed.
 * @returns how to stop it
 */
export function followVideos(listener: LiveListener, options: LiveOptions): () => void {
  const follower = new Follower(listener, options);
  follower.open();
  return () => follower.stop();
}

class Follower {
  readonly #listener: LiveListener;
  readonly #options: LiveOptions;
  #stream: EventStream | undefined;
  #isLive = false;
  #isStopped = false;
  #cancelPoll: (() => void) | undefined;
  #cancelWatch: (() => void) | undefined;
  #cancelReopen: (() => void) | undefined;

  constructor(listener: LiveListener, options: LiveOptions) {
    this.#listener = listener;
    this.#options = options;
  }

  open(): void {
    this.#stream = this.#options.openEvents();
    this.#listen(this.#stream);
    this.#watch(FIRST_EVENT_WITHIN_MS);
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelPoll?.();
    this.#cancelReopen?.();
    this.#cancelWatch?.();
    this.#stream?.close();
  }

  #listen(stream: EventStream): void {
    const hear = (name: EventName, tell: (data: string) => void) => {
      stream.addEventListener(name, ({ data, lastEventId }) => {
        this.#onEvent();
        tell(data);
        if (lastEventId) this.#listener.onEventId?.(lastEventId);
      });
    };
    // Our own server's words: their shapes are held by the API's own tests.
    hear('snapshot', (data) => this.#listener.onSnapshot(JSON.parse(data)));
    hear('video', (data) => this.#listener.onVideo(JSON.parse(data)));
    hear('spend', (data) => this.#listener.onSpend(JSON.parse(data)));
    hear('counts', (data) => this.#listener.onCounts(JSON.parse(data)));
    hear('beat', () => this.#listener.onBeat());
    stream.addEventListener('error', () => this.#onError());
  }

  /** Not when the connection opens: a proxy may let the headers through and hold the events back. */
  #onEvent(): void {
    this.#cancelPoll?.();
    this.#cancelPoll = undefined;
    this.#watch(NEXT_EVENT_WITHIN_MS);
    if (this.#isLive) return;
    this.#isLive = true;
    this.#listener.onLink('live');
  }

  #onError(): void {
    if (this.#isStopped) return;
    this.#startPolling();
    if (this.#stream?.readyState === CLOSED) this.#letGo(REOPEN_REFUSED_AFTER_MS);
    else this.#watch(RECONNECT_WITHIN_MS);
  }

  #watch(patienceMs: number): void {
    this.#cancelWatch?.();
    this.#cancelWatch = this.#options.later(() => this.#onSilence(), patienceMs);
  }

  #onSilence(): void {
    this.#startPolling();
    this.#letGo(REOPEN_SILENT_AFTER_MS);
  }

  #letGo(reopenAfterMs: number): void {
    this.#cancelWatch?.();
    this.#stream?.close();
    this.#cancelReopen?.();
    this.#cancelReopen = this.#options.later(() => this.open(), reopenAfterMs);
  }

  #startPolling(): void {
    this.#isLive = false;
    this.#cancelPoll ??= this.#options.later(() => this.#poll(), 0);
  }

  async #poll(): Promise<void> {
    const snapshot = await this.#options.fetchSnapshot().catch(() => undefined);
    // Stopped, or the events came back, while this answer was on its way: it may be older than they are.
    if (this.#isStopped || !this.#cancelPoll) return;
    if (snapshot) this.#listener.onSnapshot(snapshot);
    this.#listener.onLink(snapshot ? 'polling' : 'lost');
    this.#cancelPoll = this.#options.later(() => this.#poll(), POLL_INTERVAL_MS);
  }
}
