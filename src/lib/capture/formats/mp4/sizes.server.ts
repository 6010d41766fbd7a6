import type { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { NotWhole } from '#lib/capture/formats/media-report.ts';
import { contentOf } from './box.server.ts';
import { Table } from './table.server.ts';
import type { Box } from './types.ts';

/** The bytes of each sample: one size for all, or a table of 4, 8, 16 or 32 bits each (`stsz`, `stz2`). */
export class SampleSizes {
  readonly count: number;
  readonly #sameBytes: number;
  readonly #bits: number;
  readonly #table: Table | undefined;
  /** Two sizes of 4 bits share a byte: the second of them, where the first was asked for. */
  #lowerHalf: number | undefined;

  private constructor(count: number, sameBytes: number, bits: number, table?: Table) {
    this.count = count;
    this.#sameBytes = sameBytes;
    this.#bits = bits;
    this.#table = table;
  }

  /** Without a box there are no samples, as in the header of a file in fragments. */
  static async open(file: FileWindow, box: Box | undefined): Promise<SampleSizes> {
    if (!box) return new SampleSizes(0, 0, 32);
    const head = await contentOf(file, box, 12);
    if (!head) throw new NotWhole(`its ${box.type} table is too short`);
    const count = head.readUInt32BE(8);
    const sameBytes = box.type === 'stsz' ? head.readUInt32BE(4) : 0;
    if (sameBytes > 0) return new SampleSizes(count, sameBytes, 0);
    const bits = box.type === 'stsz' ? 32 : head.readUInt8(7);
    if (![4, 8, 16, 32].includes(bits)) throw new NotWhole(`its stz2 table has sizes of ${bits} bits`);
    const shape = bits === 4 ? { count: Math.ceil(count / 2), entryBytes: 1 } : { count, entryBytes: bits / 8 };
    return new SampleSizes(count, 0, bits, new Table(file, box, { start: box.contentStart + 12, ...shape }));
  }

  /** The bytes of the next `samples` samples together; there must be as many. */
  async sum(samples: number): Promise<number> {
    const table = this.#table;
    if (!table) return samples * this.#sameBytes;
    let bytes = 0;
    for (let left = samples; left > 0; left -= 1) {
      if (table.loaded === 0 && this.#lowerHalf === undefined) await table.load();
      bytes += this.#next(table);
    }
    return bytes;
  }

  #next(table: Table): number {
    if (this.#lowerHalf !== undefined) {
      const size = this.#lowerHalf;
      this.#lowerHalf = undefined;
      return size;
    }
    const at = table.take();
    if (this.#bits === 32) return table.bytes.readUInt32BE(at);
    if (this.#bits === 16) return table.bytes.readUInt16BE(at);
    const byte = table.bytes.readUInt8(at);
    if (this.#bits === 8) return byte;
    this.#lowerHalf = byte & 15;
    return byte >> 4;
  }
}
