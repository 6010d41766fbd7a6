import { desk } from './desk.server.ts';
import { bytesOf, eventParts, openEventStream } from './event-stream.ts';
import { Places } from './places.ts';
import { ProblemError } from './problem.ts';
import { openingFor, readListQuery, snapshotFor } from './snapshot.server.ts';
import { bytesWithVideos } from './view-text.ts';
import { type VisitorEvent, visitorOf } from './visitor.server.ts';

const HEARTBEAT_MS = 15_000;
// Each holds a socket open for as long as its page is; a browser needs one for all its pages. Behind a proxy that names
// nobody all visitors are one, and those who get no place ask from time to time instead.
const places = new Places({ most: 256, mostEach: 64 });

export const EVENT_HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' };

/**
 * The running news for one visitor: first a snapshot, or what was missed since `Last-Event-ID` or `after`, then every
 * change. Who says `after` gets, where that is not known, a snapshot of what a page begins with, else one of everything.
 * @throws ProblemError `busy` when too many listen already, `invalid-input`, and what `snapshotFor` throws
 */
export function eventsFor(event: VisitorEvent): Response {
  const { after } = readListQuery(event.url.searchParams, ['after']);
  const leavePlace = takePlace(event);
  const { feed } = desk();
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
    if (missed) stream.open(missed.map(bytesOf));
    else {
      const snapshot = after === undefined ? snapshotFor(event) : openingFor(event);
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

function takePlace(event: VisitorEvent): () => void {
  const leave = places.take(visitorOf(event));
  if (typeof leave === 'function') return leave;
  const who = leave === 'enough' ? 'Too many pages of this visitor' : 'Too many pages';
  throw new ProblemError('busy', `${who} listen already. Ask for /api/videos?after=… from time to time instead.`);
}
