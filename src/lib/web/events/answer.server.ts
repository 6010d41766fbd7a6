import { Places } from '#lib/web/access/places.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import type { SpendAccess } from '#lib/web/videos/view.ts';
import { bytesOf, eventParts, openEventStream } from './event-stream.ts';
import { openingFor, readListQuery, snapshotFor, type VideoSource } from './snapshot.server.ts';
import { bytesWithVideos } from './view-text.ts';

const HEARTBEAT_MS = 15_000;
// Each stream keeps a socket open while its page is visible. Behind a proxy that hides addresses, all visitors count as one;
// those without a place poll instead.
const places = new Places({ most: 256, mostEach: 64 });

export const EVENT_HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' };

/** Who listens. */
export interface Listener {
  /** Identifies the client, if it is known: no single one may take all places. */
  client?: string | undefined;
  access: SpendAccess;
  /** The snapshot contains only what a page of Reelkeep's own app starts with; it loads the rest itself. */
  startsAsPage?: boolean | undefined;
  /** Ends the connection of a client that does not read: full of unread bytes, it does not end by itself. */
  onStuck?: (() => void) | undefined;
}

/**
 * The event stream for one visitor: first a snapshot, or the events since `Last-Event-ID` or `after`, then every change.
 * It ends when the client leaves, when the request is aborted, and when the server stops.
 * @throws ProblemError `busy` if there are too many listeners, `invalid-input`, and what `snapshotFor` throws
 */
export async function eventsFor(request: Request, listener: Listener, source: VideoSource): Promise<Response> {
  const { after } = readListQuery(new URL(request.url).searchParams, ['after']);
  const leavePlace = takePlace(listener.client);
  const { feed, library } = source;
  let leave = leavePlace;
  const stream = openEventStream((isStuck) => {
    leave();
    if (isStuck) listener.onStuck?.();
  });
  try {
    await library.pull({ everything: listener.startsAsPage !== true });
    const { missed, detach } = feed.attach(stream, request.headers.get('last-event-id') ?? after ?? null);
    const heartbeat = setInterval(() => stream.beat(), HEARTBEAT_MS);
    heartbeat.unref();
    leave = () => {
      clearInterval(heartbeat);
      detach();
      leavePlace();
    };
    if (missed) {
      stream.open(missed.map(bytesOf));
      stream.send({ event: 'counts', data: library.counts });
    } else {
      const { access, startsAsPage } = listener;
      const snapshot = startsAsPage ? openingFor(access, source) : snapshotFor(access, source);
      stream.open(eventParts('snapshot', bytesWithVideos(snapshot), feed.lastId));
    }
    // Otherwise a page that missed nothing would not know whether events get through.
    stream.beat();
  } catch (error) {
    leave();
    throw error;
  }
  const { signal } = request;
  if (signal.aborted) stream.close();
  else signal.addEventListener('abort', () => stream.close(), { once: true });
  return new Response(stream.body, { headers: EVENT_HEADERS });
}

function takePlace(client: string | undefined): () => void {
  const leave = places.take(client);
  if (typeof leave === 'function') return leave;
  const who = leave === 'enough' ? 'Too many event streams for this visitor' : 'Too many event streams';
  throw new ProblemError('busy', `${who}. Poll /api/videos?after=… instead.`);
}
