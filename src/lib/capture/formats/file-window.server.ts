import { NotWhole } from './media-report.ts';

/** One read brings this much: the small boxes of a whole film, or some thousand entries of a table. */
export const WINDOW_BYTES = 16 * 1024;

/** What is needed of a `FileHandle`. */
export interface ReadableFile {
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
}

/** Reads a file a piece at a time, wherever a piece is wanted: what a file claims about itself costs no memory here. */
export class FileWindow {
  readonly sizeBytes: number;
  readonly #handle: ReadableFile;
  #start = 0;
  #bytes = Buffer.alloc(0);

  constructor(handle: ReadableFile, sizeBytes: number) {
    this.#handle = handle;
    this.sizeBytes = sizeBytes;
  }

  /**
   * The bytes of the file from `position` on, at most `WINDOW_BYTES` of them; fewer only at the end of the file. What was
   * returned stays as it is when more is read.
   */
  async read(position: number, length: number): Promise<Buffer> {
    const wanted = Math.max(0, Math.min(length, WINDOW_BYTES, this.sizeBytes - position));
    if (position < this.#start || position + wanted > this.#start + this.#bytes.length) await this.#load(position);
    const from = position - this.#start;
    const found = this.#bytes.subarray(from, from + wanted);
    if (found.length < wanted) throw new NotWhole('it became shorter while it was being read');
    return found;
  }

  async #load(position: number): Promise<void> {
    const buffer = Buffer.allocUnsafe(WINDOW_BYTES);
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await this.#handle.read(buffer, filled, buffer.length - filled, position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    this.#start = position;
    this.#bytes = buffer.subarray(0, filled);
  }
}
