import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createCRC64, type IHasher } from 'hash-wasm';
import { crc64FromHex } from './crc64-text.ts';

export interface Digests {
  /** Lower-case hexadecimal. */
  sha256: string;
  /** CRC-64/XZ as an unsigned decimal; undefined when it was not asked for. */
  crc64: string | undefined;
}

/** SHA-256 always (the record keeps it); CRC-64 only where the provider gave one, because it costs more than SHA-256. */
export class FileHasher {
  readonly #sha256 = createHash('sha256');
  readonly #crc64: IHasher | undefined;

  private constructor(crc64: IHasher | undefined) {
    this.#crc64 = crc64;
  }

  static async create(withCrc64: boolean): Promise<FileHasher> {
    if (!withCrc64) return new FileHasher(undefined);
    // hash-wasm's default polynomial is that of OSS: CRC-64/XZ, reflected, all ones in and out.
    const crc64 = await createCRC64();
    crc64.init();
    return new FileHasher(crc64);
  }

  update(bytes: Uint8Array): void {
    this.#sha256.update(bytes);
    this.#crc64?.update(bytes);
  }

  /** The checksums of everything so far; more may follow. */
  digest(): Digests {
    return { sha256: this.#sha256.copy().digest('hex'), crc64: this.#crc64 && digestSoFar(this.#crc64) };
  }
}

/** hash-wasm ends a hasher with its digest; from the saved state it goes on. */
function digestSoFar(hasher: IHasher): string {
  const state = hasher.save();
  const hex = hasher.digest('hex');
  hasher.load(state);
  return crc64FromHex(hex);
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
