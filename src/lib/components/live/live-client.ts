import type { Counts, Snapshot, SpendView, VideoView } from '#lib/web/videos/view.ts';

/** `live`: events arrive. `polling`: they do not, but requests work. `lost`: the server does not respond. */
export type Link = 'connecting' | 'live' | 'polling' | 'lost';

export interface LiveListener {
  onSnapshot(snapshot: Snapshot): void;
  onVideo(view: VideoView): void;
  onSpend(spend: SpendView): void;
  onCounts(counts: Counts): void;
  /** The id of the latest event: a new connection resumes there. */
  onEventId?(id: string): void;
  /** Nothing has changed, and the server is alive. */
  onBeat(): void;
  onLink(link: Link): void;
}

/** The names of the server's events. */
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
  /** Fetches the current state of these videos, known up to an event. */
  fetchRest?: (keys: ReadonlySet<string>, eventId: string) => Promise<readonly VideoView[]>;
  later: Later;
}

/** Runs something later; returns a function that cancels it. */
export type Later = (action: () => void, delayMs: number) => () => void;

export const POLL_INTERVAL_MS = 2000;
/** The server sends an event at once. No event for this long means that a proxy is buffering them. */
export const FIRST_EVENT_WITHIN_MS = 5000;
/** Two heartbeats of the server, and some margin. */
export const NEXT_EVENT_WITHIN_MS = 35_000;
/** A browser reconnects after two seconds, and each failed attempt fires an error. */
export const RECONNECT_WITHIN_MS = 10_000;
/** A rejected EventSource does not reconnect by itself. */
export const REOPEN_REFUSED_AFTER_MS = 10_000;
/** Longer: each attempt takes one of the six connections that a browser opens to one server. */
export const REOPEN_SILENT_AFTER_MS = 30_000;
export const CLOSED = 2;

/**
 * Keeps a page up to date: by events while they arrive, and by polling every two seconds while they do not, whether the
 * stream fails or just stays silent. Each connection and each poll continues after the latest event, or, if that is no
 * longer known, starts with a snapshot, so that nothing is missed.
 * @returns a function that stops it
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
    const on = (name: EventName, handle: (data: string) => void) => {
      stream.addEventListener(name, ({ data, lastEventId }) => {
        this.#onEvent();
        handle(data);
        if (lastEventId) this.#listener.onEventId?.(lastEventId);
      });
    };
    // From our own server: the API's tests check their shapes.
    on('snapshot', (data) => this.#listener.onSnapshot(JSON.parse(data)));
    on('video', (data) => this.#listener.onVideo(JSON.parse(data)));
    on('spend', (data) => this.#listener.onSpend(JSON.parse(data)));
    on('counts', (data) => this.#listener.onCounts(JSON.parse(data)));
    on('beat', () => this.#listener.onBeat());
    stream.addEventListener('error', () => this.#onError());
  }

  /** Not when the connection opens: a proxy may forward the headers and buffer the events. */
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
    if (this.#stream?.readyState === CLOSED) this.#closeStream(REOPEN_REFUSED_AFTER_MS);
    else this.#watch(RECONNECT_WITHIN_MS);
  }

  #watch(patienceMs: number): void {
    this.#cancelWatch?.();
    this.#cancelWatch = this.#options.later(() => this.#onSilence(), patienceMs);
  }

  #onSilence(): void {
    this.#startPolling();
    this.#closeStream(REOPEN_SILENT_AFTER_MS);
  }

  #closeStream(reopenAfterMs: number): void {
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
    // Stopped, or events arrived again, during the request: the response may be older than they are.
    if (this.#isStopped || !this.#cancelPoll) return;
    if (snapshot) this.#listener.onSnapshot(snapshot);
    this.#listener.onLink(snapshot ? 'polling' : 'lost');
    this.#cancelPoll = this.#options.later(() => this.#poll(), POLL_INTERVAL_MS);
  }
}
