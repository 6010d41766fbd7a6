import type { AssetFacts } from '#lib/stores/assets/asset-store.ts';
import { readVerified } from '#lib/stores/assets/verified-source.server.ts';

const MIB = 1024 * 1024;
const USUAL_PART_BYTES = 8 * MIB;
/** The limit of S3. */
const MOST_PARTS = 10_000;

/** Files of one part go up in one piece. */
export function partBytesFor(sizeBytes: number): number {
  return Math.max(USUAL_PART_BYTES, Math.ceil(sizeBytes / MOST_PARTS / MIB) * MIB);
}

/** Buffers of the size of a part that are used again: new ones would let the memory grow with the file. */
export class PartBuffers {
  readonly #free: Buffer[] = [];
  readonly bytes: number;

  constructor(bytes: number) {
    this.bytes = bytes;
  }

  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.bytes);
  }

  give(buffer: Buffer): void {
    this.#free.push(buffer);
  }
}

/**
 * Reads a file part by part. The last part is passed on only once the whole file has proved to be the verified one.
 * @param take gets a part in a buffer of `buffers`, which it gives back, and resolves when the next part may be read
 * @throws ReelError `integrity`, `disk*`, `aborted`; what `take` throws
 */
export async function readParts(
  path: string,
  facts: AssetFacts,
  buffers: PartBuffers,
  take: (part: { number: number; buffer: Buffer; sizeBytes: number }) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  let number = 1;
  let buffer = buffers.take();
  let filled = 0;
  await readVerified(path, facts, { signal }, async (piece) => {
    for (let start = 0; start < piece.length; ) {
      if (filled === buffer.length) {
        await take({ number, buffer, sizeBytes: filled });
        number += 1;
        filled = 0;
        buffer = buffers.take();
      }
      const bytes = piece.subarray(start, start + buffer.length - filled);
      buffer.set(bytes, filled);
      filled += bytes.length;
      start += bytes.length;
    }
  });
  await take({ number, buffer, sizeBytes: filled });
}
