import { HttpFault } from './http-fault.ts';

/** A size line with its extensions, or the trailers; bounds what a hostile server can make us hold. */
const LINE_LIMIT_BYTES = 16 * 1024;

/** Takes `Transfer-Encoding: chunked` off a body (RFC 9112 §7.1), piece by piece, in whatever pieces it arrives. */
export class ChunkedDecoder {
  /** True after the last chunk and its trailers: only then is the body whole. */
  done = false;
  /**
   * Body bytes given out of a chunk whose end has not been found where its size line puts it. If that line was wrong,
   * they are not the file's: a size too large takes the next size line for bytes.
   */
  openBytes = 0;
  #state: 'size' | 'data' | 'data-end' | 'trailer' = 'size';
  #line = '';
  #trailerBytes = 0;
  #left = 0;

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
        this.openBytes += part.length;
        if (this.#left === 0) this.#state = 'data-end';
        yield part;
      } else {
        at = this.#readLine(bytes, at);
      }
    }
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
      this.openBytes = 0;
    } else if (this.#state === 'trailer') {
      this.#trailerBytes += line.length;
      if (this.#trailerBytes > LINE_LIMIT_BYTES) throw new HttpFault('protocol', 'trailers without end');
      this.done = line === '';
    } else {
      this.#left = chunkSize(line);
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
