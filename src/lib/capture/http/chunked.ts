import { HttpFault } from './fault.ts';

/** A size line with its extensions, or the trailers; bounds what a hostile server can make us hold. */
const LINE_LIMIT_BYTES = 16 * 1024;
/** Longer than the size lines that servers write. */
const TAIL_BYTES = 64;
const NOTHING = Buffer.alloc(0);

/** Takes `Transfer-Encoding: chunked` off a body (RFC 9112 §7.1), piece by piece, as it arrives. */
export class ChunkedDecoder {
  /** True after the last chunk and its trailers: only then is the body whole. */
  done = false;
  /** Of the chunk before that. */
  lastChunkBytes = 0;
  #state: 'size' | 'data' | 'data-end' | 'trailer' = 'size';
  #line = '';
  #trailerBytes = 0;
  #left = 0;
  /** Given out of this chunk, or of the last one while no size line follows it. */
  #chunkBytes = 0;
  /** The end of that. A copy: the pieces are overwritten. */
  #tail = NOTHING;

  /**
   * The body bytes inside `bytes`, as views; what comes before a malformed chunk is given out before the HttpFault
   * `protocol` is thrown. Bytes behind the end of the body are ignored: they belong to no answer that we asked for.
   */
  *push(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
    for (let at = 0; at < bytes.length && !this.done; ) {
      if (this.#state === 'data') {
        const part = bytes.subarray(at, at + this.#left);
        at += part.length;
        this.#left -= part.length;
        this.#chunkBytes += part.length;
        if (this.#left < TAIL_BYTES) this.#keepTail(part);
        yield part;
      } else {
        at = this.#readLine(bytes, at);
      }
    }
  }

  /**
   * Body bytes given out of a chunk whose end has not been found where its size line puts it. If that line was wrong,
   * they are not the file's: a size too large takes the next size line for bytes. A chunk that ends in what may be such a
   * line counts only when another size line follows it: one too large by just that finds a line end, too.
   */
  get openBytes(): number {
    if (this.#state === 'size' && !this.#tail.includes('\r\n')) return 0;
    return this.#chunkBytes;
  }

  #keepTail(part: Uint8Array): void {
    this.#tail = Buffer.concat([this.#tail, part.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    if (this.#left === 0) this.#state = 'data-end';
  }

  /** Reads on towards the next line end; acts on the line once it is there. */
  #readLine(bytes: Uint8Array, from: number): number {
    const end = bytes.indexOf(0x0a, from);
    const stop = end === -1 ? bytes.length : end;
    this.#line += Buffer.from(bytes.buffer, bytes.byteOffset + from, stop - from).toString('latin1');
    if (this.#line.length > LINE_LIMIT_BYTES) throw new HttpFault('protocol', 'a chunk header without end');
    if (end === -1) return stop;
    if (!this.#line.endsWith('\r')) throw new HttpFault('protocol', 'a chunk line without CR');
    const line = this.#line.slice(0, -1);
    this.#line = '';
    this.#actOn(line);
    return stop + 1;
  }

  #actOn(line: string): void {
    if (this.#state === 'data-end') {
      if (line !== '') throw new HttpFault('protocol', 'a chunk longer than announced');
      this.#state = 'size';
    } else if (this.#state === 'trailer') {
      this.#trailerBytes += line.length;
      if (this.#trailerBytes > LINE_LIMIT_BYTES) throw new HttpFault('protocol', 'trailers without end');
      this.done = line === '';
    } else {
      this.#left = chunkSize(line);
      if (this.#left === 0) this.lastChunkBytes = this.#chunkBytes;
      this.#chunkBytes = 0;
      this.#tail = NOTHING;
      this.#state = this.#left === 0 ? 'trailer' : 'data';
    }
  }
}

/** Any number of leading zeros, white space behind the number, and extensions, which mean nothing to us. */
function chunkSize(line: string): number {
  const digits = /^([0-9a-f]+)[ \t]*(?:;[^\0\r]*)?$/i.exec(line)?.[1];
  const size = Number.parseInt(digits ?? '', 16);
  if (!Number.isSafeInteger(size)) throw new HttpFault('protocol', 'a malformed chunk size');
  return size;
}
