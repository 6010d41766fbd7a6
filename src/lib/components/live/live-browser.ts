import { fetchChanges, fetchRest } from './fetch-list.ts';
import type { LiveVideos } from './live.svelte.ts';
import type { LiveOptions } from './live-client.ts';
import { type AccessChannel, refreshAccess } from './refresh-access.ts';
import { type Sight, type SightEvent, whileSeen } from './while-seen.ts';

const ACCESS_CHANNEL = 'reelkeep-access-1';

/** How a browser receives events and sends requests. */
function browserLiveOptions(live: LiveVideos): LiveOptions {
  const openEvents = () => new EventSource('/api/videos/events');
  return { openEvents, fetchSnapshot: () => fetchChanges(live.eventId), fetchRest, later };
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

/** Keeps the videos of a page up to date while it is visible. */
export function followWhileSeen(live: LiveVideos): () => void {
  return whileSeen(() => live.follow(browserLiveOptions(live)), sight);
}

/** Does something while the page is visible; see `whileSeen`. */
export function seen(start: () => () => void): () => void {
  return whileSeen(start, sight);
}

/** Looks again and again while the page is visible: one look at a time, however slow the server is. */
export function lookWhileSeen(look: () => Promise<void>, everyMs: number): () => void {
  return seen(() => {
    let timer: ReturnType<typeof setTimeout>;
    let isOver = false;
    const again = async () => {
      await look();
      if (!isOver) timer = setTimeout(again, everyMs);
    };
    timer = setTimeout(again, everyMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  });
}

/**
 * Asks the server what no event contains: whether this visitor may still spend. The rest of the response is ignored: events
 * cover it, and may already be newer.
 */
export async function lookAgain(live: LiveVideos): Promise<void> {
  const snapshot = await fetchChanges(live.eventId).catch(() => undefined);
  if (snapshot) live.access = snapshot.access;
}

/** Keeps a page up to date about who may spend, even when its visitor logs in or out in another tab. */
export function followAccess(live: LiveVideos): () => void {
  return refreshAccess(() => void lookAgain(live), accessChannel(), sight);
}

/** Notifies the other tabs of a login or logout in this one. */
export function announceAccess(): void {
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
