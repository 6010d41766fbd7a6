import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Crc64 } from './crc64.server.ts';

export interface Digests {
  /** Lower-case hexadecimal. */
  sha256: string;
  /** CRC-64/XZ as an unsigned decimal; undefined when it was not asked for. */
  crc64: string | undefined;
}

/** SHA-256 always (the record keeps it); CRC-64 only where the provider gave one. */
export class FileHasher {
  readonly #sha256 = createHash('sha256');
  readonly #crc64: Crc64 | undefined;

  constructor(withCrc64: boolean) {
    this.#crc64 = withCrc64 ? new Crc64() : undefined;
  }

  update(bytes: Uint8Array): void {
    this.#sha256.update(bytes);
    this.#crc64?.update(bytes);
  }

  /** The checksums of everything so far; more may follow. */
  digest(): Digests {
    return { sha256: this.#sha256.copy().digest('hex'), crc64: this.#crc64?.digest() };
  }
}

/** Feeds the first `bytes` of a file to a hasher, or all of it. Returns how many there were. */
export async function hashFile(path: string, hasher: FileHasher, bytes = Number.POSITIVE_INFINITY): Promise<number> {
  const handle = await open(path, 'r');
  const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
  let position = 0;
  try {
    while (position < bytes) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, bytes - position), position);
      if (bytesRead === 0) break;
      hasher.update(buffer.subarray(0, bytesRead));
      position += bytesRead;
    }
    return position;
  } finally {
    await handle.close();
  }
}
