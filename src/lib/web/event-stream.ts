import type { FeedEvent, FeedListener } from './feed.ts';

/** How long a browser waits before it connects again. */
const RETRY_MS = 2000;
// A client that reads this slowly is better off with a new snapshot.
const MOST_UNREAD_BYTES = 1024 * 1024;

export interface EventStream extends FeedListener {
  /** The body of a `text/event-stream` answer. */
  body: ReadableStream<Uint8Array>;
  /** Sends an event that has no id of its own in the feed. */
  sendNamed(event: string, data: unknown, id: string): void;
  /** Keeps proxies from closing a silent connection, and lets a page tell a silent one from a dead one. */
  beat(): void;
}

/** @param onGone called once when the client has left or was too slow */
export function openEventStream(onGone: () => void): EventStream {
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const end = () => {
    if (!controller) return;
    controller = undefined;
    onGone();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start: (started) => {
        controller = started;
      },
      cancel: end,
    },
    { highWaterMark: MOST_UNREAD_BYTES, size: (chunk) => chunk?.byteLength ?? 0 },
  );
  const close = () => {
    controller?.close();
    end();
  };
  const write = (text: string) => {
    if (!controller) return;
    controller.enqueue(encoder.encode(text));
    if ((controller.desiredSize ?? 0) <= 0) close();
  };
  const sendNamed = (event: string, data: unknown, id: string) => write(eventText(event, data, id));
  write(`retry: ${RETRY_MS}\n\n`);
  return {
    body,
    close,
    sendNamed,
    send: (event: FeedEvent) => sendNamed(event.event, event.data, event.id),
    // No comment, of which an EventSource does not tell; and no id, which would be that of the last news.
    beat: () => write('event: beat\ndata: {}\n\n'),
  };
}

/** JSON has no line breaks of its own, so one data line is enough. */
export function eventText(event: string, data: unknown, id: string): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
