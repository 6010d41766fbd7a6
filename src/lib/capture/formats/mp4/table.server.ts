import { type FileWindow, WINDOW_BYTES } from '#lib/capture/formats/file-window.server.ts';
import { NotWhole } from '#lib/capture/formats/media-report.ts';
import type { Box } from './types.ts';

/**
 * A table of equal entries, read a piece at a time. Its claimed count is held against the bytes that are there before
 * anything is made of it: four bytes of a damaged file can claim four billion entries.
 */
export class Table {
  readonly count: number;
  readonly #file: FileWindow;
  readonly #entryBytes: number;
  #position: number;
  #left: number;
  #piece: Buffer = Buffer.alloc(0);
  #offset = 0;

  /** @throws NotWhole when its entries do not fit into its box */
  constructor(
    file: FileWindow,
    box: Pick<Box, 'type' | 'end'>,
    { start, count, entryBytes }: { start: number; count: number; entryBytes: number },
  ) {
    if (start + count * entryBytes > box.end) {
      throw new NotWhole(`its ${box.type} table claims ${count} entries, more than its box can hold`);
    }
    this.#file = file;
    this.#entryBytes = entryBytes;
    this.#position = start;
    this.#left = count;
    this.count = count;
  }

  /** Opens a table that begins, as most do, with version, flags and the number of its entries. */
  static async open(file: FileWindow, box: Box, entryBytes: number): Promise<Table> {
    if (box.end - box.contentStart < 8) throw new NotWhole(`its ${box.type} table is too short`);
    const head = await file.read(box.contentStart, 8);
    return new Table(file, box, { start: box.contentStart + 8, count: head.readUInt32BE(4), entryBytes });
  }

  /** Entries that can be taken at once; when there are none, `load` brings more. */
  get loaded(): number {
    return (this.#piece.length - this.#offset) / this.#entryBytes;
  }

  /** False at the end of the table. */
  async load(): Promise<boolean> {
    if (this.loaded > 0) return true;
    const entries = Math.min(this.#left, Math.floor(WINDOW_BYTES / this.#entryBytes));
    if (entries === 0) return false;
    this.#piece = await this.#file.read(this.#position, entries * this.#entryBytes);
    this.#offset = 0;
    this.#position += this.#piece.length;
    this.#left -= entries;
    return true;
  }

  /** Moves on to the next loaded entry and returns where it is in `bytes`. */
  take(): number {
    const at = this.#offset;
    this.#offset += this.#entryBytes;
    return at;
  }

  get bytes(): Buffer {
    return this.#piece;
  }
}
