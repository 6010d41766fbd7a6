import { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { backoffDelayMs } from '#lib/base/backoff.ts';
import { abortError, backgroundClock, type Clock, systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { isPassing } from '#lib/stores/assets/s3/client/s3-fault.ts';
import { type Objects, plainTag } from '#lib/stores/assets/s3/objects.ts';

/** A reader that takes nothing for this long loses its connection to the store; a new one is made when it goes on. */
const IDLE_READER_MS = 30_000;
const MOST_RECONNECTIONS = 3;
const BACKOFF = { baseMs: 200, maxMs: 2000 };

export interface ReadOptions {
  /** Value of a `Range` header; undefined: all of it. */
  range?: string | undefined;
  /** The content that is meant; undefined: whatever is there. */
  etag?: string | undefined;
  signal?: AbortSignal | undefined;
  idleReaderMs?: number | undefined;
}

/**
 * The bytes of an object, read only as fast as they are consumed. Cancelling ends the read at the store; so does a reader
 * that stops, without ending its stream. A connection that breaks is replaced where it broke.
 * @throws errors of the SDK for the first request
 */
export async function readObject(
  store: Objects,
  key: string,
  options: ReadOptions = {},
): Promise<ReadableStream<Uint8Array>> {
  const reader = new ObjectReader(store, key, options);
  await reader.open();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const piece = await reader.next();
        if (piece) controller.enqueue(piece);
        else controller.close();
      },
      cancel: () => reader.close(),
    },
    { highWaterMark: 0 },
  );
}

class ObjectReader {
  readonly #store: Objects;
  readonly #key: string;
  readonly #options: ReadOptions;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #etag: string;
  /** Of the next byte, and of the last one. */
  #position = 0;
  #end = -1;
  #connection: Connection | undefined;
  #movedAtMs = 0;
  #isReading = false;

  constructor(store: Objects, key: string, options: ReadOptions) {
    this.#store = store;
    this.#key = key;
    this.#options = options;
    this.#etag = options.etag ?? '';
    // Waiting for a reader keeps no process alive.
    this.#clock = store.clock === systemClock ? backgroundClock : store.clock;
    options.signal?.addEventListener('abort', () => this.close(), { once: true, signal: this.#ended.signal });
  }

  async open(): Promise<void> {
    const { answer, connection } = await this.#connect(this.#options.range);
    const { start, end } = extentOf(answer);
    this.#position = start;
    this.#end = end;
    this.#etag ||= plainTag(answer.ETag);
    this.#use(connection);
  }

  /** The next bytes; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    this.#isReading = true;
    this.#movedAtMs = this.#clock.now();
    try {
      for (let failures = 0; ; ) {
        if (this.#options.signal?.aborted) throw abortError(this.#options.signal);
        if (this.#position > this.#end) return this.close();
        const piece = await this.#read().catch((error: unknown) => this.#interrupted(error, ++failures));
        if (piece) return this.#taken(piece);
      }
    } finally {
      this.#isReading = false;
      this.#movedAtMs = this.#clock.now();
    }
  }

  close(): undefined {
    this.#ended.abort();
    this.#drop();
  }

  async #read(): Promise<Uint8Array> {
    if (!this.#connection) this.#use((await this.#connect(`bytes=${this.#position}-${this.#end}`)).connection);
    const { done, value } = (await this.#connection?.pieces.next()) ?? { done: true };
    if (!done && value) return value;
    throw new Error('the store ended the object early');
  }

  #taken(piece: Uint8Array): Uint8Array {
    // More than was announced is nothing of the object's.
    const bytes = piece.subarray(0, this.#end + 1 - this.#position);
    this.#position += bytes.length;
    if (this.#position > this.#end) this.close();
    return bytes;
  }

  async #interrupted(error: unknown, failures: number): Promise<undefined> {
    this.#drop();
    if (this.#ended.signal.aborted) throw error;
    if (failures > MOST_RECONNECTIONS || !isPassing(this.#store.faultOf(error))) {
      throw new ReelError('network', `Reading ${this.#key} from the store was interrupted. Try again.`, {
        cause: error,
      });
    }
    await this.#clock.wait(backoffDelayMs(failures, BACKOFF, this.#clock), this.#ended.signal);
    this.#movedAtMs = this.#clock.now();
  }

  async #connect(range: string | undefined): Promise<{ answer: GetObjectCommandOutput; connection: Connection }> {
    const controller = new AbortController();
    const signal = AbortSignal.any([controller.signal, this.#ended.signal]);
    const answer = await this.#store.get(this.#key, { range, etag: this.#etag }, signal).catch((error: unknown) => {
      controller.abort();
      throw error;
    });
    if (!(answer.Body instanceof Readable)) throw new Error('the store sent no body');
    const connection = { body: answer.Body, controller, pieces: answer.Body.iterator({ destroyOnReturn: true }) };
    if (range === undefined || answer.ContentRange !== undefined) return { answer, connection };
    end(connection);
    throw new Error('the store ignores ranges');
  }

  #use(connection: Connection): void {
    this.#connection = connection;
    this.#movedAtMs = this.#clock.now();
    this.#watch(connection).catch(() => {});
  }

  /** Ends a connection on which nothing moves: the store has stalled, or the reader has. */
  async #watch(connection: Connection): Promise<void> {
    const { idleReaderMs = IDLE_READER_MS } = this.#options;
    while (this.#connection === connection) {
      const limitMs = this.#isReading ? this.#store.limits.stallTimeoutMs : idleReaderMs;
      const leftMs = this.#movedAtMs + limitMs - this.#clock.now();
      if (leftMs > 0) {
        await this.#clock.wait(Math.min(leftMs, idleReaderMs), connection.controller.signal);
      } else if (this.#isReading) {
        return void connection.body.destroy(new Error('the store stopped sending'));
      } else {
        return this.#drop();
      }
    }
  }

  #drop(): void {
    if (this.#connection) end(this.#connection);
    this.#connection = undefined;
  }
}

interface Connection {
  body: Readable;
  pieces: AsyncIterator<Uint8Array>;
  controller: AbortController;
}

function end({ body, controller }: Connection): void {
  // An error that nobody waits for must not end the process.
  body.on('error', () => {});
  body.destroy();
  controller.abort();
}

/** Positions of the first and the last byte that are being sent. */
function extentOf({ ContentRange, ContentLength = 0 }: GetObjectCommandOutput): { start: number; end: number } {
  const [, start, end] = /^bytes (\d+)-(\d+)\//.exec(ContentRange ?? '') ?? [];
  if (start === undefined || end === undefined) return { start: 0, end: ContentLength - 1 };
  return { start: Number(start), end: Number(end) };
}
