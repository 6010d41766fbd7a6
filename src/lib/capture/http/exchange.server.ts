import type { Clock } from '#lib/base/clock.ts';
import { ChunkedDecoder } from './chunked.ts';
import { HttpFault } from './fault.ts';
import { type BodyFraming, framingOf, HEAD_LIMIT_BYTES, parseHead, type ResponseHead } from './head.ts';
import { type SocketOptions, SocketReader } from './socket-reader.server.ts';
import type { RequestTarget } from './target.ts';

export interface ExchangeOptions extends SocketOptions {
  clock: Clock;
}

/** More interim (1xx) responses than any honest server sends before the final one. */
const MOST_INTERIM_HEADS = 20;
/** The headers may take the connect timeout plus this many stall timeouts; a server can drip them forever. */
const MOST_HEAD_STALLS = 4;

/** One request and its answer. */
export interface Exchange {
  head: ResponseHead;
  framing: BodyFraming;
  /** The body. A piece is valid only until the next one is asked for. Ends only when the framing says so. */
  body: AsyncGenerator<Uint8Array, void, undefined>;
  /** Bytes at the end of what `body` has given so far whose framing has not been found right yet. */
  openBytes(): number;
  /** Of a body that has ended: the bytes of its last chunk, in which a gateway may have put a message instead of the rest. */
  lastChunkBytes(): number;
  close(): void;
}

/**
 * Sends a GET over a connection of its own and reads the head of the answer. No HTTP library: none sends a path byte for
 * byte and tells a cut from an end, and reading the body through one costs more time than hashing it (see bench).
 * @throws HttpFault; ReelError `aborted` or `blocked-address`
 */
export async function openExchange(
  target: RequestTarget,
  headers: Array<[string, string]>,
  options: ExchangeOptions,
): Promise<Exchange> {
  const reader = new SocketReader(target, options);
  try {
    reader.write(requestText(target, headers));
    const { head, rest } = await readHead(reader, options);
    const framing = framingOf(head);
    return { head, framing, ...bodyOf(reader, framing, rest), close: () => reader.close() };
  } catch (error) {
    reader.close();
    throw error;
  }
}

function requestText(target: RequestTarget, headers: Array<[string, string]>): string {
  const fixed: Array<[string, string]> = [
    ['Host', target.host],
    ['Accept', '*/*'],
    // A decoded body has another length and checksum than the file.
    ['Accept-Encoding', 'identity'],
    ['Connection', 'close'],
  ];
  // Some content networks refuse a request without one.
  if (!headers.some(([name]) => name.toLowerCase() === 'user-agent')) fixed.push(['User-Agent', 'reelkeep']);
  const lines = [...fixed, ...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${target.path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

async function readHead(
  reader: SocketReader,
  { clock, connectTimeoutMs, stallTimeoutMs }: ExchangeOptions,
): Promise<{ head: ResponseHead; rest: Uint8Array }> {
  const lastMs = clock.now() + connectTimeoutMs + MOST_HEAD_STALLS * stallTimeoutMs;
  let seen = Buffer.alloc(0);
  for (let interimHeads = 0; interimHeads <= MOST_INTERIM_HEADS; ) {
    const end = seen.indexOf('\r\n\r\n');
    if ((end === -1 ? seen.length : end) > HEAD_LIMIT_BYTES) {
      throw new HttpFault('protocol', 'the response has more than 64 KiB of headers');
    }
    if (end === -1) {
      if (clock.now() > lastMs) throw new HttpFault('stall', 'the response headers arrived too slowly');
      const piece = await reader.read();
      if (!piece) throw new HttpFault('cut', 'the connection closed before the response');
      seen = Buffer.concat([seen, piece]);
      continue;
    }
    const head = parseHead(seen.toString('latin1', 0, end));
    seen = seen.subarray(end + 4);
    if (head.status === 101)
      throw new HttpFault('protocol', 'the server switched to a protocol that was not requested');
    // The other 1xx are interim: the final response still follows.
    if (head.status >= 200) return { head, rest: seen };
    interimHeads += 1;
  }
  throw new HttpFault('protocol', `more than ${MOST_INTERIM_HEADS} interim responses (1xx)`);
}

type Body = Pick<Exchange, 'body' | 'openBytes' | 'lastChunkBytes'>;

function bodyOf(reader: SocketReader, framing: BodyFraming, rest: Uint8Array): Body {
  if (framing.kind === 'chunked') {
    const decoder = new ChunkedDecoder();
    const body = chunkedPieces(reader, decoder, rest);
    return { body, openBytes: () => decoder.openBytes, lastChunkBytes: () => decoder.lastChunkBytes };
  }
  const body = framing.kind === 'length' ? countedPieces(reader, framing.bytes, rest) : allPieces(reader, rest);
  return { body, openBytes: () => 0, lastChunkBytes: () => 0 };
}

/** What comes behind the announced length is ignored, as by every other client; the checks of the file still count. */
async function* countedPieces(reader: SocketReader, bytes: number, rest: Uint8Array): Exchange['body'] {
  let left = bytes;
  for (let piece: Uint8Array | undefined = rest; ; piece = await reader.read()) {
    if (!piece) throw new HttpFault('cut', `the connection closed ${left} bytes before the end of the file`);
    const wanted = piece.length > left ? piece.subarray(0, left) : piece;
    left -= wanted.length;
    if (wanted.length > 0) yield wanted;
    if (left === 0) return;
  }
}

async function* chunkedPieces(reader: SocketReader, decoder: ChunkedDecoder, rest: Uint8Array): Exchange['body'] {
  yield* decoder.push(rest);
  while (!decoder.done) {
    const piece = await reader.read();
    if (!piece) throw new HttpFault('cut', 'the connection closed before the last chunk');
    yield* decoder.push(piece);
  }
}

/** Until the other side closes. Whether that was the end or a cut, only the file itself can tell. */
async function* allPieces(reader: SocketReader, rest: Uint8Array): Exchange['body'] {
  if (rest.length > 0) yield rest;
  for (let piece = await reader.read(); piece; piece = await reader.read()) yield piece;
}
