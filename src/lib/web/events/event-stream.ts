import type { FeedEvent, FeedListener } from './feed.ts';

/** How long a browser waits before it connects again. */
const RETRY_MS = 2000;
/** Of news, beside what it was greeted with. A client that leaves more unread is better off with a new snapshot. */
const MOST_UNREAD_BYTES = 1024 * 1024;
/** Small enough to see that a slow line takes some. */
const PIECE_BYTES = 64 * 1024;
/** Heartbeats in a row at which bytes wait and none was taken since the last one. */
const MOST_IDLE_BEATS = 2;

export interface EventStream extends FeedListener {
  /** The body of a `text/event-stream` answer. */
  body: ReadableStream<Uint8Array>;
  /**
   * Greets the client with what may be of any size: it has the time that its line takes.
   * @param parts of one event or several, whole together
   */
  open(parts: Iterable<Uint8Array>): void;
  /** Keeps proxies from closing a silent connection, and lets a page tell a silent one from a dead one. */
  beat(): void;
}

const encoder = new TextEncoder();

/**
 * @param onGone called once when the client has left; `isStuck` when it does not read: its connection, in which bytes lie
 *   that nobody takes, does not end by itself
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
    // No comment, of which an EventSource does not tell; and no id, which would be that of the last news.
    beat: () => {
      queue.dropIfIdle();
      queue.put(encoder.encode('event: beat\ndata: {}\n\n'));
    },
    close: (retryMs) => {
      if (retryMs !== undefined) queue.put(encoder.encode(`retry: ${retryMs}\n\n`));
      queue.close();
    },
  };
}

/** Bytes on their way to one client, and whether it takes them. */
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

  /** As `put`; it may lie unread beside the rest. */
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

/** The bytes of an event, made once for all who are told of it. */
export function bytesOf(event: FeedEvent): Uint8Array {
  const known = texts.get(event);
  if (known) return known;
  const bytes = encoder.encode(eventText(event.event, event.data, event.id));
  texts.set(event, bytes);
  return bytes;
}

/** An event whose data are JSON in pieces. */
export function* eventParts(event: string, json: Iterable<Uint8Array>, id: string): Generator<Uint8Array> {
  yield encoder.encode(headOf(event, id));
  yield* json;
  yield encoder.encode('\n\n');
}

/** JSON has no line breaks of its own, so one data line is enough. */
export function eventText(event: string, data: unknown, id?: string): string {
  return `${headOf(event, id)}${JSON.stringify(data)}\n\n`;
}

function headOf(event: string, id: string | undefined): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: `;
}
