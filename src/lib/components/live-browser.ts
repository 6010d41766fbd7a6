import type { Snapshot, VideoGroup, VideoView } from '#lib/web/video-view.ts';
import { type AccessChannel, askAgain } from './access-news.ts';
import type { LiveVideos } from './live.svelte.ts';
import type { LiveOptions } from './live-client.ts';
import { SharedEvents } from './shared-events.ts';
import { type Sight, type SightEvent, whileSeen } from './while-seen.ts';

/** An answer that takes longer than this is none. */
const TIMEOUT_MS = 10_000;
/** The number changes with the messages: a page from before an update of the server may still be open. */
const CHANNEL = 'reelkeep-events-2';
const ACCESS_CHANNEL = 'reelkeep-access-1';

/** How a browser listens and asks. */
function browserLiveOptions(live: LiveVideos): LiveOptions {
  const open = () => new EventSource(`/api/videos/events?${new URLSearchParams({ after: live.eventId })}`);
  // Not randomUUID: over plain HTTP a browser has none.
  const openEvents = () =>
    new SharedEvents({
      open,
      channel: new BroadcastChannel(CHANNEL),
      id: crypto.getRandomValues(new Uint32Array(4)).join(),
      welcome: () => live.asNews(),
      later,
    });
  return { openEvents, fetchSnapshot: () => fetchChanges(live), fetchRest, later };
}

const sight: Sight = {
  get visibilityState() {
    return document.visibilityState;
  },
  addEventListener: (type, listener) => targetOf(type).addEventListener(type, listener),
  removeEventListener: (type, listener) => targetOf(type).removeEventListener(type, listener),
};

function targetOf(type: SightEvent): EventTarget {
  return type === 'visibilitychange' ? document : window;
}

/** Keeps the videos of a page up to date for as long as somebody looks. */
export function followWhileSeen(live: LiveVideos): () => void {
  return whileSeen(() => live.follow(browserLiveOptions(live)), sight, later);
}

/**
 * Asks the server what no event tells: whether this visitor may still spend. Of the rest of the answer events have told, and
 * may by now have told more.
 */
export async function lookAgain(live: LiveVideos): Promise<void> {
  const snapshot = await fetchChanges(live).catch(() => undefined);
  if (snapshot) live.access = snapshot.access;
}

/** Keeps a page right about who may spend, also when its visitor logs in or out in another tab. */
export function followAccess(live: LiveVideos): () => void {
  return askAgain(() => void lookAgain(live), accessChannel(), sight);
}

/** Tells the other tabs that somebody has logged in or out in this one. */
export function tellAccess(): void {
  const channel = accessChannel();
  channel.postMessage('changed');
  channel.close();
}

function accessChannel(): AccessChannel {
  return new BroadcastChannel(ACCESS_CHANNEL);
}

function later(action: () => void, delayMs: number): () => void {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
}

/** What has changed since this page last heard of anything. */
function fetchChanges({ eventId }: LiveVideos): Promise<Snapshot> {
  return fetchVideos({ after: eventId });
}

/** What a list has behind a page of it. */
export function fetchPage(limit: number, cursor: string | undefined, group?: VideoGroup): Promise<Snapshot> {
  return fetchVideos({ limit: String(limit), ...(cursor !== undefined && { cursor }), ...(group && { group }) });
}

async function fetchVideos(query: Record<string, string>): Promise<Snapshot> {
  const address = `/api/videos?${new URLSearchParams(query)}`;
  const response = await fetch(address, { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.json();
}

const LARGEST_PAGE = 500;

/** Asks for those of the videos that a page has loaded and a new snapshot does not tell of: they may have changed, too. */
async function fetchRest(keys: ReadonlySet<string>, take: (view: VideoView) => void): Promise<void> {
  const missing = new Set(keys);
  let cursor: string | undefined;
  do {
    const { videos, nextCursor } = await fetchPage(LARGEST_PAGE, cursor);
    for (const view of videos) if (missing.delete(view.key)) take(view);
    cursor = nextCursor;
  } while (cursor !== undefined && missing.size > 0);
}
