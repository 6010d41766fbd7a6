import type { FeedEvent, FeedListener } from './feed.ts';

/** How long a browser waits before it connects again. */
const RETRY_MS = 2000;
/** Of events, besides the opening ones. A client with more unread bytes is better off with a new snapshot. */
const MOST_UNREAD_BYTES = 1024 * 1024;
/** Small enough to notice that a slow client reads at all. */
const PIECE_BYTES = 64 * 1024;
/** Consecutive heartbeats with bytes waiting and none read since the previous one. */
const MOST_IDLE_BEATS = 2;

export interface EventStream extends FeedListener {
  /** The body of a `text/event-stream` response. */
  body: ReadableStream<Uint8Array>;
  /**
   * Sends the opening events, of any size: a slow client may take its time for them.
   * @param parts of one or more complete events
   */
  open(parts: Iterable<Uint8Array>): void;
  /** Keeps proxies from closing a silent connection, and lets a page distinguish a silent one from a dead one. */
  beat(): void;
}

const encoder = new TextEncoder();

/**
 * @param onGone called once when the client has left; `isStuck` if it does not read: its connection, full of unread
 *   bytes, does not end by itself
 */
export function openEventStream(onGone: (isStuck: boolean) => void): EventStream {
  const queue = new Queue(onGone);
  queue.put(encoder.encode(`retry: ${RETRY_MS}\n\n`));
  return {
    body: queue.body,
    open: (parts) => {
      for (const part of parts) queue.putExtra(part);
    },
    send: (event) => queue.put(bytesOf(event)),
    // Not a comment, which an EventSource does not expose; and no id, which would repeat that of the last event.
    beat: () => {
      queue.dropIfIdle();
      queue.put(encoder.encode('event: beat\ndata: {}\n\n'));
    },
    close: (retryMs) => {
      if (retryMs !== undefined) queue.put(encoder.encode(`retry: ${Math.round(retryMs)}\n\n`));
      queue.close();
    },
  };
}

/** Bytes queued for one client, and whether it reads them. */
class Queue {
  readonly body: ReadableStream<Uint8Array>;
  readonly #onGone: (isStuck: boolean) => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #mostUnread = MOST_UNREAD_BYTES;
  #putBytes = 0;
  #takenAtBeat = 0;
  #idleBeats = 0;

  constructor(onGone: (isStuck: boolean) => void) {
    this.#onGone = onGone;
    const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      this.#controller = controller;
    };
    const size = (chunk: Uint8Array | undefined) => chunk?.byteLength ?? 0;
    this.body = new ReadableStream({ start, cancel: () => this.#end(false) }, { highWaterMark: 0, size });
  }

  put(bytes: Uint8Array): void {
    for (let from = 0; from < bytes.byteLength; from += PIECE_BYTES) {
      this.#controller?.enqueue(bytes.subarray(from, from + PIECE_BYTES));
    }
    this.#putBytes += bytes.byteLength;
    if (this.#unreadBytes > this.#mostUnread) this.#drop();
  }

  /** Like `put`, but not counted against the limit of unread bytes. */
  putExtra(bytes: Uint8Array): void {
    this.#mostUnread += bytes.byteLength;
    this.put(bytes);
  }

  dropIfIdle(): void {
    const unread = this.#unreadBytes;
    const taken = this.#putBytes - unread;
    this.#idleBeats = unread > 0 && taken === this.#takenAtBeat ? this.#idleBeats + 1 : 0;
    this.#takenAtBeat = taken;
    if (this.#idleBeats >= MOST_IDLE_BEATS) this.#drop();
  }

  close(): void {
    this.#controller?.close();
    this.#end(false);
  }

  #drop(): void {
    this.#controller?.error(new Error('the client does not read'));
    this.#end(true);
  }

  get #unreadBytes(): number {
    return -(this.#controller?.desiredSize ?? 0);
  }

  #end(isStuck: boolean): void {
    if (!this.#controller) return;
    this.#controller = undefined;
    this.#onGone(isStuck);
  }
}

const texts = new WeakMap<FeedEvent, Uint8Array>();

/** The bytes of an event, built once for all listeners. */
export function bytesOf(event: FeedEvent): Uint8Array {
  const known = texts.get(event);
  if (known) return known;
  const bytes = encoder.encode(eventText(event.event, event.data, event.id));
  texts.set(event, bytes);
  return bytes;
}

/** An event whose data is JSON in pieces. */
export function* eventParts(event: string, json: Iterable<Uint8Array>, id: string): Generator<Uint8Array> {
  yield encoder.encode(headOf(event, id));
  yield* json;
  yield encoder.encode('\n\n');
}

/** JSON.stringify writes no line breaks, so one data line is enough. */
export function eventText(event: string, data: unknown, id?: string): string {
  return `${headOf(event, id)}${JSON.stringify(data)}\n\n`;
}

function headOf(event: string, id: string | undefined): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: `;
}
