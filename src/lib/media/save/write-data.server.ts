import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { throwIfAborted } from '#lib/base/clock.ts';
import { writeAll } from '#lib/base/disk/durable-publish.server.ts';
import { ReelError } from '#lib/base/errors.ts';

export interface WrittenData {
  sizeBytes: number;
  sha256: string;
  crc32: number;
}

/** Streams are read a chunk at a time; what is in memory already is written in slices, so that an abort takes effect. */
const SLICE_BYTES = 4 * 1024 * 1024;

/**
 * Writes the data, and computes what proves it.
 * @throws ReelError `too-large`, `aborted`; what the stream and the disk throw
 */
export async function writeData(
  handle: FileHandle,
  data: ArrayBuffer | Uint8Array | ReadableStream<Uint8Array>,
  options: { maxBytes: number; signal?: AbortSignal | undefined; onProgress(bytesReceived: number): void },
): Promise<WrittenData> {
  const sha256 = createHash('sha256');
  let crc = 0;
  let sizeBytes = 0;
  for await (const piece of piecesOf(data)) {
    throwIfAborted(options.signal);
    sizeBytes += piece.byteLength;
    if (sizeBytes > options.maxBytes) throw tooLarge(options.maxBytes);
    sha256.update(piece);
    crc = crc32(piece, crc);
    await writeAll(handle, piece);
    options.onProgress(sizeBytes);
  }
  return { sizeBytes, sha256: sha256.digest('hex'), crc32: crc };
}

async function* piecesOf(data: ArrayBuffer | Uint8Array | ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (data instanceof ReadableStream) {
    yield* data;
    return;
  }
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  for (let start = 0; start < bytes.byteLength; start += SLICE_BYTES) yield bytes.subarray(start, start + SLICE_BYTES);
}

function tooLarge(maxBytes: number): ReelError {
  return new ReelError('too-large', `The video has more than ${maxBytes} bytes.`, { stage: 'downloading' });
}
