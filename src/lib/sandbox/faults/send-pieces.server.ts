import { once } from 'node:events';
import type { Exchange } from '#lib/sandbox/dashscope/world/exchange.server.ts';
import type { ScriptedFault } from './fault.ts';

export interface ByteRange {
  start: number;
  /** Exclusive. */
  end: number;
}

/** Bytes that are made as they are sent. */
export interface PiecedBody {
  sizeBytes: number;
  /** The bytes from `start` (inclusive) to `end` (exclusive) in pieces of at most `pieceBytes`. */
  pieces(start: number, end: number, pieceBytes?: number): Iterable<Uint8Array>;
}

export interface PiecesAnswer {
  /** Answers 206 with that part; undefined: 200 with all of it. */
  range: ByteRange | undefined;
  headers: Record<string, string>;
  /** Of these: cut, stall, short-body, slow and no-length. */
  faults: ReadonlyMap<string, ScriptedFault>;
  /** Waits; false when the sandbox is closing. */
  pause: (ms: number) => Promise<boolean>;
}

const DEFAULT_BYTES_PER_SECOND = 64 * 1024;

/** Sends the body, or as much of it as the faults let through. */
export async function sendPieces(exchange: Exchange, body: PiecedBody, answer: PiecesAnswer): Promise<void> {
  const { range, headers, faults, pause } = answer;
  const { start, end } = range ?? { start: 0, end: body.sizeBytes };
  const status = range === undefined ? 200 : 206;
  exchange.entry.status = status;
  const withoutLength = faults.has('no-length') || faults.has('short-body');
  exchange.response.writeHead(status, {
    ...headers,
    ...(withoutLength ? {} : { 'content-length': end - start }),
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${body.sizeBytes}` }),
  });
  const ending = faults.get('cut') ?? faults.get('stall') ?? faults.get('short-body');
  const stopAt = ending === undefined ? end : Math.min(end, start + (ending.atByte ?? Math.floor((end - start) / 2)));
  const sent = { start, end: stopAt };
  if (!(await writePieces(exchange, body, sent, { slow: faults.get('slow'), pause }))) return;
  if (ending === undefined || ending.fault === 'short-body') exchange.response.end();
  if (ending?.fault === 'cut') exchange.cut();
  // A stall leaves the connection open without a word until the client gives up.
}

/** False when the client left or the sandbox is closing. */
async function writePieces(
  exchange: Exchange,
  body: PiecedBody,
  { start, end }: ByteRange,
  { slow, pause }: Pick<PiecesAnswer, 'pause'> & { slow: ScriptedFault | undefined },
): Promise<boolean> {
  const bytesPerSecond = slow === undefined ? undefined : (slow.bytesPerSecond ?? DEFAULT_BYTES_PER_SECOND);
  const pieceBytes = bytesPerSecond === undefined ? undefined : Math.max(1, Math.floor(bytesPerSecond / 10));
  exchange.response.flushHeaders();
  for (const piece of body.pieces(start, end, pieceBytes)) {
    if (!(await writePiece(exchange, piece))) return false;
    exchange.entry.bodyBytesSent += piece.length;
    if (bytesPerSecond !== undefined && !(await pause((piece.length / bytesPerSecond) * 1000))) return false;
  }
  return true;
}

/** Waits until the piece is in the kernel's hands: a connection cut after this still delivers it. */
async function writePiece({ request, response }: Exchange, piece: Uint8Array): Promise<boolean> {
  // Not `response.socket`: that is null, too, while the answer before this one on the same connection is ending.
  if (response.destroyed || request.socket.destroyed) return false;
  const gone = new AbortController();
  const written = new Promise<boolean>((resolve) => {
    response.write(piece, (error) => resolve(!error));
  });
  const closed = once(response, 'close', { signal: gone.signal }).then(
    () => false,
    () => false,
  );
  const result = await Promise.race([written, closed]);
  gone.abort();
  return result;
}
