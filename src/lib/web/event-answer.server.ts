import { desk } from './desk.server.ts';
import { openEventStream } from './event-stream.ts';
import { ProblemError } from './problem.ts';
import { snapshotFor } from './snapshot.server.ts';
import type { VisitorEvent } from './visitor.server.ts';

const HEARTBEAT_MS = 15_000;
// Each holds a socket open for as long as its page is.
const MOST_LISTENERS = 256;

export const EVENT_HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' };

/**
 * The running news for one visitor: first a snapshot, or what was missed since `Last-Event-ID`, then every change.
 * @throws ProblemError `busy` when too many listen already, and what `snapshotFor` throws
 */
export function eventsFor(event: VisitorEvent): Response {
  const { feed } = desk();
  if (feed.listeners >= MOST_LISTENERS) {
    throw new ProblemError('busy', 'Too many pages listen already. Ask for /api/videos from time to time instead.');
  }
  const stream = openEventStream(() => leave());
  const { missed, detach } = feed.attach(stream, event.request.headers.get('last-event-id'));
  const heartbeat = setInterval(() => stream.beat(), HEARTBEAT_MS);
  heartbeat.unref();
  const leave = () => {
    clearInterval(heartbeat);
    detach();
  };
  try {
    if (missed) for (const one of missed) stream.send(one);
    else stream.sendNamed('snapshot', snapshotFor(event), feed.lastId);
    // A page that missed nothing would otherwise wait to learn that anything comes through.
    stream.beat();
  } catch (error) {
    leave();
    throw error;
  }
  return new Response(stream.body, { headers: EVENT_HEADERS });
}
