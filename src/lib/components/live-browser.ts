import type { Snapshot } from '#lib/web/video-view.ts';
import type { LiveVideos } from './live.svelte.ts';
import type { LiveOptions } from './live-client.ts';
import { whileSeen } from './while-seen.ts';

/** An answer that takes longer than this is none. */
const TIMEOUT_MS = 10_000;

/** How a browser listens and asks. */
function browserLiveOptions(): LiveOptions {
  return {
    openEvents: () => new EventSource('/api/videos/events'),
    fetchSnapshot,
    later,
  };
}

/** Keeps the videos of a page up to date for as long as somebody looks. */
export function followWhileSeen(live: LiveVideos): () => void {
  return whileSeen(() => live.follow(browserLiveOptions()), document, later);
}

function later(action: () => void, delayMs: number): () => void {
  const timer = setTimeout(action, delayMs);
  return () => clearTimeout(timer);
}

async function fetchSnapshot(): Promise<Snapshot> {
  const response = await fetch('/api/videos', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.json();
}
