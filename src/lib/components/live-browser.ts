import type { Snapshot } from '#lib/web/video-view.ts';
import type { LiveOptions } from './live-client.ts';

/** An answer that takes longer than this is none. */
const TIMEOUT_MS = 10_000;

/** How a browser listens and asks. */
export function browserLiveOptions(): LiveOptions {
  return {
    openEvents: () => new EventSource('/api/videos/events'),
    fetchSnapshot,
    later: (action, delayMs) => {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

async function fetchSnapshot(): Promise<Snapshot> {
  const response = await fetch('/api/videos', { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  return response.json();
}
