import type { Snapshot, SpendView, VideoView } from '#lib/web/video-view.ts';

/** `live`: events arrive. `polling`: they do not, but asking works. `lost`: nobody answers. */
export type Link = 'connecting' | 'live' | 'polling' | 'lost';

export interface LiveListener {
  onSnapshot(snapshot: Snapshot): void;
  onVideo(view: VideoView): void;
  onSpend(spend: SpendView): void;
  onLink(link: Link): void;
}

/** The part of an EventSource that is used here. */
export interface EventStream {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
}

export interface LiveOptions {
  openEvents: () => EventStream;
  fetchSnapshot: () => Promise<Snapshot>;
  /** Runs something later, and gives back how to call that off. */
  later: (action: () => void, delayMs: number) => () => void;
}

export const POLL_INTERVAL_MS = 3000;
/** An EventSource that was refused does not come back by itself. */
export const REOPEN_AFTER_MS = 10_000;
const CLOSED = 2;

/**
 * Keeps a page up to date: by events while they arrive, and by asking every three seconds while they do not. Events come
 * back by themselves, and each connection begins with a whole snapshot, so nothing said in between is missed.
 * @returns how to stop it
 */
export function followVideos(listener: LiveListener, options: LiveOptions): () => void {
  let stopped = false;
  let stream: EventStream | undefined;
  let cancelPoll: (() => void) | undefined;
  let cancelReopen: (() => void) | undefined;

  const open = () => {
    cancelReopen = undefined;
    stream = options.openEvents();
    listen(stream, listener, { onOpen, onError });
  };
  const onOpen = () => {
    cancelPoll?.();
    cancelPoll = undefined;
    listener.onLink('live');
  };
  const onError = () => {
    if (stopped) return;
    cancelPoll ??= options.later(poll, 0);
    if (stream?.readyState === CLOSED) cancelReopen ??= options.later(open, REOPEN_AFTER_MS);
  };
  const poll = async () => {
    const snapshot = await options.fetchSnapshot().catch(() => undefined);
    // Stopped, or the events came back, while this answer was on its way: it may be older than they are.
    if (stopped || !cancelPoll) return;
    if (snapshot) listener.onSnapshot(snapshot);
    listener.onLink(snapshot ? 'polling' : 'lost');
    cancelPoll = options.later(poll, POLL_INTERVAL_MS);
  };

  open();
  return () => {
    stopped = true;
    cancelPoll?.();
    cancelReopen?.();
    stream?.close();
  };
}

interface Connection {
  onOpen: () => void;
  onError: () => void;
}

function listen(stream: EventStream, listener: LiveListener, { onOpen, onError }: Connection): void {
  stream.addEventListener('open', onOpen);
  stream.addEventListener('error', onError);
  // Our own server's words: their shapes are held by the API's own tests.
  stream.addEventListener('snapshot', ({ data }) => listener.onSnapshot(JSON.parse(data)));
  stream.addEventListener('video', ({ data }) => listener.onVideo(JSON.parse(data)));
  stream.addEventListener('spend', ({ data }) => listener.onSpend(JSON.parse(data)));
}
