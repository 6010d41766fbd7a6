import { Readable } from 'node:stream';
import type { Bandwidth } from './bandwidth.ts';

const PIECE_BYTES = 128 * 1024;

/**
 * Bytes as the body of a request, no faster than the bandwidth allows. A stream, because the SDK says nothing of how
 * much of a buffer it has sent.
 * @param onSent called with the number of bytes of each piece that goes out
 */
export function pacedBody(
  bytes: Uint8Array,
  bandwidth: Bandwidth,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
): Readable {
  const step = bandwidth.pieceBytes(PIECE_BYTES);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.length; start += step) {
      const piece = bytes.subarray(start, start + step);
      await bandwidth.take(piece.length, signal);
      yield piece;
      onSent(piece.length);
    }
  }
  // One piece in hand: what is called sent has left for the socket.
  return Readable.from(pieces(), { objectMode: false, highWaterMark: 1 });
}
