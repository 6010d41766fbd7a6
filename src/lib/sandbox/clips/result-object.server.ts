import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { createCRC64 } from 'hash-wasm';
import { freeBoxHeader } from './mp4-boxes.ts';

const PIECE_BYTES = 1 << 20;
const ZEROS = new Uint8Array(PIECE_BYTES);
/** A box of more needs a 64-bit size, and no test needs a larger file. */
const MAX_PADDING_BYTES = 0xffff_ffff - 8;

/** An object of the result host: its bytes, never all in memory at once when it is padded, and what OSS says of it. */
export interface ResultObject {
  sizeBytes: number;
  /** Upper-case MD5 in quotes, as OSS writes it for a simple put. */
  etag: string;
  /** CRC-64/XZ of the whole object as a decimal string. */
  crc64: string;
  /** The bytes from `start` (inclusive) to `end` (exclusive) in pieces of at most `pieceBytes`. */
  pieces(start: number, end: number, pieceBytes?: number): Iterable<Uint8Array>;
}

export interface ObjectParts {
  video: Uint8Array;
  /** Goes into a `free` box at the end: makes every file unlike every other, and says that it is sandbox output. */
  label: string;
  minBytes: number;
  /** Leaves out the last third, with length and checksums that fit what is left: only an MP4 check notices. */
  broken: boolean;
}

export async function createResultObject(parts: ObjectParts): Promise<ResultObject> {
  const label = new TextEncoder().encode(parts.label);
  const head = Buffer.concat([parts.video, freeBoxHeader(label.length), label]);
  if (parts.broken) return describe(head.subarray(0, Math.floor((head.length * 2) / 3)), 0);
  const missingBytes = parts.minBytes - head.length;
  if (missingBytes <= 0) return describe(head, 0);
  const paddingBytes = Math.min(Math.max(0, missingBytes - 8), MAX_PADDING_BYTES);
  return describe(Buffer.concat([head, freeBoxHeader(paddingBytes)]), paddingBytes);
}

async function describe(head: Uint8Array, paddingBytes: number): Promise<ResultObject> {
  const sizeBytes = head.length + paddingBytes;
  const pieces = (start: number, end: number, pieceBytes = PIECE_BYTES) => slice(head, start, end, pieceBytes);
  const md5 = createHash('md5');
  const crc = await createCRC64();
  crc.init();
  for (const piece of pieces(0, sizeBytes)) {
    md5.update(piece);
    crc.update(piece);
    // Hashing a padded object takes seconds; other requests go on meanwhile.
    if (piece.length === PIECE_BYTES) await setImmediate();
  }
  const crc64 = BigInt(`0x${crc.digest('hex')}`).toString();
  return { sizeBytes, etag: `"${md5.digest('hex').toUpperCase()}"`, crc64, pieces };
}

function* slice(head: Uint8Array, start: number, end: number, pieceBytes: number): Iterable<Uint8Array> {
  const stepBytes = Math.min(pieceBytes, PIECE_BYTES);
  for (let offset = start; offset < end; ) {
    const limit = Math.min(end, offset + stepBytes);
    const piece = offset < head.length ? head.subarray(offset, limit) : ZEROS.subarray(0, limit - offset);
    yield piece;
    offset += piece.length;
  }
}
