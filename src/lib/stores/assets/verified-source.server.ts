import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { callSafely } from '#lib/base/call-safely.ts';
import { throwIfAborted } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { AssetFacts, PutOptions } from './asset-store.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * Reads a file to its end, passing on each chunk, and checks them all against the facts.
 * @throws ReelError `integrity`, `aborted`, `disk*`; the chunks passed on must then be discarded
 */
export async function readVerified(
  path: string,
  facts: AssetFacts,
  { signal, onProgress }: PutOptions,
  take: (piece: Uint8Array) => Promise<void> | void,
): Promise<void> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  throwIfAborted(signal);
  for await (const piece of piecesOf(path)) {
    throwIfAborted(signal);
    sizeBytes += piece.length;
    // A growing file would fill the disk before its checksum is checked.
    if (sizeBytes > facts.sizeBytes) throw differs(path, `more than the ${facts.sizeBytes} bytes that were verified`);
    hash.update(piece);
    await take(piece);
    callSafely(onProgress, sizeBytes);
  }
  throwIfAborted(signal);
  if (sizeBytes < facts.sizeBytes) throw differs(path, `${sizeBytes} bytes instead of ${facts.sizeBytes}`);
  if (hash.digest('hex') !== facts.sha256) throw differs(path, 'other bytes than those that were verified');
}

async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK_BYTES });
  } catch (error) {
    throw diskError(error, path, 'recording', 'read');
  }
}

function differs(path: string, what: string): ReelError {
  return new ReelError('integrity', `${path} has ${what}. Nothing was stored; make or fetch the file again.`, {
    stage: 'recording',
  });
}
