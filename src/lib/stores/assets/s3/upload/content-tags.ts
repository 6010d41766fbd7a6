import '#lib/base/server-only.server.ts';
import { createHash } from 'node:crypto';

/** What most stores name an object by: MD5 of its bytes, or of the MD5s of its parts. */
export class ContentTags {
  readonly #parts: Buffer[] = [];

  /** @param number from 1 */
  add(number: number, md5: Buffer): void {
    this.#parts[number - 1] = md5;
  }

  /** Of an object that came in parts. */
  get ofParts(): string {
    const hash = createHash('md5').update(Buffer.concat(this.#parts)).digest('hex');
    return `${hash}-${this.#parts.length}`;
  }

  /** Of an object that came in one piece. */
  get ofPiece(): string {
    return this.#parts[0]?.toString('hex') ?? '';
  }
}

export function md5Of(bytes: Uint8Array): Buffer {
  return createHash('md5').update(bytes).digest();
}
