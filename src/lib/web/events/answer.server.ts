import { Places } from '#lib/web/access/places.ts';
import { type VisitorEvent, visitorOf } from '#lib/web/access/visitor.server.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { bytesOf, eventParts, openEventStream } from './event-stream.ts';
import { openingFor, readListQuery, snapshotFor, type VideoSource } from './snapshot.server.ts';
import { bytesWithVideos } from './view-text.ts';

const HEARTBEAT_MS = 15_000;
// Each stream keeps a socket open while its page is visible. Behind a proxy that hides addresses, all visitors count as one;
// those without a place poll instead.
const places = new Places({ most: 256, mostEach: 64 });

export const EVENT_HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' };

/**
 * The event stream for one visitor: first a snapshot, or the events since `Last-Event-ID` or `after`, then every change.
 * The snapshot contains everything; for our own pages, and for clients that send `after`, only what a page starts with.
 * @throws ProblemError `busy` if there are too many listeners, `invalid-input`, and what `snapshotFor` throws
 */
export function eventsFor(event: VisitorEvent, source: VideoSource): Response {
  const { after } = readListQuery(event.url.searchParams, ['after']);
  const leavePlace = takePlace(event);
  const { feed, library } = source;
  let leave = leavePlace;
  const stream = openEventStream((isStuck) => {
    leave();
    if (isStuck) event.platform?.req.socket.destroy();
  });
  try {
    const { missed, detach } = feed.attach(stream, event.request.headers.get('last-event-id') ?? after ?? null);
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
      const isPage = after !== undefined || isOwnPage(event.request.headers);
      const snapshot = isPage ? openingFor(event, source) : snapshotFor(event, source);
      stream.open(eventParts('snapshot', bytesWithVideos(snapshot), feed.lastId));
    }
    // Otherwise a page that missed nothing would not know whether events get through.
    stream.beat();
  } catch (error) {
    leave();
    throw error;
  }
  return new Response(stream.body, { headers: EVENT_HEADERS });
}

/** One of our own pages, according to the browser: it already has more than the snapshot, and loads the rest itself. */
function isOwnPage(headers: Headers): boolean {
  return headers.get('sec-fetch-site') === 'same-origin';
}

function takePlace(event: VisitorEvent): () => void {
  const leave = places.take(visitorOf(event));
  if (typeof leave === 'function') return leave;
  const who = leave === 'enough' ? 'Too many event streams for this visitor' : 'Too many event streams';
  throw new ProblemError('busy', `${who}. Poll /api/videos?after=… instead.`);
}
