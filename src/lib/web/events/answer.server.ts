import { Places } from '#lib/web/access/places.ts';
import { type VisitorEvent, visitorOf } from '#lib/web/access/visitor.server.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { bytesOf, eventParts, openEventStream } from './event-stream.ts';
import { openingFor, readListQuery, snapshotFor, type VideoSource } from './snapshot.server.ts';
import { bytesWithVideos } from './view-text.ts';

const HEARTBEAT_MS = 15_000;
// Each holds a socket open for as long as its page is seen. Behind a proxy that names nobody all visitors are one, and
// those who get no place ask from time to time instead.
const places = new Places({ most: 256, mostEach: 64 });

export const EVENT_HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' };

/**
 * The running news for one visitor: first a snapshot, or what was missed since `Last-Event-ID` or `after`, then every
 * change. The snapshot is of everything; for our own pages, and for who says `after`, of what a page begins with.
 * @throws ProblemError `busy` when too many listen already, `invalid-input`, and what `snapshotFor` throws
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
    // A page that missed nothing would otherwise wait to learn that anything comes through.
    stream.beat();
  } catch (error) {
    leave();
    throw error;
  }
  return new Response(stream.body, { headers: EVENT_HEADERS });
}

/** A page of ours, as far as browsers say: it has more than the snapshot in it already, and asks for what it has not. */
function isOwnPage(headers: Headers): boolean {
  return headers.get('sec-fetch-site') === 'same-origin';
}

function takePlace(event: VisitorEvent): () => void {
  const leave = places.take(visitorOf(event));
  if (typeof leave === 'function') return leave;
  const who = leave === 'enough' ? 'Too many pages of this visitor' : 'Too many pages';
  throw new ProblemError('busy', `${who} listen already. Ask for /api/videos?after=… from time to time instead.`);
}
