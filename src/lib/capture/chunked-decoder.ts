import { HttpFault } from './http-fault.ts';

/** A size line with its extensions, or the trailers; bounds what a hostile server can make us hold. */
const LINE_LIMIT_BYTES = 16 * 1024;

/** Takes `Transfer-Encoding: chunked` off a body (RFC 9112 §7.1), piece by piece, in whatever pieces it arrives. */
export class ChunkedDecoder {
  /** True after the last chunk and its trailers: only then is the body whole. */
  done = false;
  #state: 'size' | 'data' | 'data-end' | 'trailer' = 'size';
  #line = '';
  #trailerBytes = 0;
  #left = 0;

  /** The body bytes inside `bytes`, as views. Throws HttpFault `protocol` on a malformed chunk. */
  push(bytes: Uint8Array): Uint8Array[] {
    const parts: Uint8Array[] = [];
    let at = 0;
    while (at < bytes.length && !this.done) {
      if (this.#state === 'data') {
        const take = Math.min(this.#left, bytes.length - at);
        parts.push(bytes.subarray(at, at + take));
        at += take;
        this.#left -= take;
        if (this.#left === 0) this.#state = 'data-end';
      } else {
        at = this.#readLine(bytes, at);
      }
    }
    if (at < bytes.length) throw new HttpFault('protocol', 'bytes after the last chunk');
    return parts;
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
      const size = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line);
      if (!size) throw new HttpFault('protocol', 'a malformed chunk size');
      this.#left = Number.parseInt(size[1] ?? '', 16);
      this.#state = this.#left === 0 ? 'trailer' : 'data';
    }
  }
}
