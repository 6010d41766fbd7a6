import type { FileHandle } from 'node:fs/promises';
import { writeAll } from '#lib/base/disk/durable-publish.server.ts';
import type { FileHasher } from '#lib/capture/check/hashing.server.ts';

/** One write for a MiB: with a write for every 16 KiB TLS record the thread pool costs more than the disk. */
const BUFFER_BYTES = 1024 * 1024;

/**
 * Appends to the part file through two buffers: while one is being written, the other fills and is hashed. Waiting for
 * the older write is the back-pressure, so memory stays constant for files of any size.
 */
export class PartWriter {
  readonly #handle: FileHandle;
  #hasher: FileHasher;
  #filling = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #writing = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #filled = 0;
  #flushed: number;
  #inFlight: Promise<void> | undefined;
  #failure: unknown;

  constructor(handle: FileHandle, hasher: FileHasher, position: number) {
    this.#handle = handle;
    this.#hasher = hasher;
    this.#flushed = position;
  }

  /** Bytes of the file so far, the buffered ones included. */
  get position(): number {
    return this.#flushed + this.#filled;
  }

  get hasher(): FileHasher {
    return this.#hasher;
  }

  /** Puts one that has seen every byte of the file in its place. */
  set hasher(hasher: FileHasher) {
    this.#hasher = hasher;
  }

  /** Copies the bytes; resolves when there is room for more. Rejects with the error of an earlier write, too. */
  async append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const take = Math.min(BUFFER_BYTES - this.#filled, bytes.length - at);
      this.#filling.set(bytes.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
      if (this.#filled === BUFFER_BYTES) await this.#flush();
    }
  }

  /** Writes what is buffered if no write is under way: a process killed on a slow line then loses little. */
  flushIfIdle(): void {
    if (this.#inFlight || this.#filled === 0) return;
    // The error is kept and comes up at the next append or drain.
    this.#flush().catch(() => {});
  }

  /** Everything appended so far is in the file afterwards (in the page cache: `sync` is the publisher's). */
  async drain(): Promise<void> {
    await this.#flush();
    while (this.#inFlight) await this.#inFlight;
    this.#throwFailure();
  }

  /** Throws away everything: the next byte is the first of the file. */
  async restart(hasher: FileHasher): Promise<void> {
    while (this.#inFlight) await this.#inFlight;
    this.#throwFailure();
    await this.#handle.truncate(0);
    this.#hasher = hasher;
    this.#filled = 0;
    this.#flushed = 0;
  }

  /**
   * Takes the last bytes of the file back.
   * @returns whether the hasher has seen some of them: it is of no use then
   */
  async dropLast(bytes: number): Promise<boolean> {
    while (this.#inFlight) await this.#inFlight;
    // What is in the file then is not known; the error comes up at the next append or drain.
    if (this.#failure !== undefined) return false;
    const wasHashed = bytes > this.#filled;
    if (wasHashed) {
      this.#flushed -= bytes - this.#filled;
      this.#filled = 0;
      await this.#handle.truncate(this.#flushed);
    } else {
      this.#filled -= bytes;
    }
    return wasHashed;
  }

  async #flush(): Promise<void> {
    while (this.#inFlight) await this.#inFlight;
    this.#throwFailure();
    if (this.#filled === 0) return;
    const full = this.#filling.subarray(0, this.#filled);
    const position = this.#flushed;
    [this.#filling, this.#writing] = [this.#writing, this.#filling];
    this.#flushed += full.length;
    this.#filled = 0;
    this.writeAfter(writeAll(this.#handle, full, position));
    this.#hasher.update(full);
  }

  /** Nothing more is written until this is done, while the network goes on; its error comes up like that of a write. */
  writeAfter(step: Promise<void>): void {
    this.#inFlight = step.then(
      () => {
        this.#inFlight = undefined;
      },
      (error: unknown) => {
        this.#inFlight = undefined;
        this.#failure = error;
      },
    );
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}
