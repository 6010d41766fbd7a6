import type { FileWindow } from '#lib/capture/formats/file-window.server.ts';
import { NotWhole } from '#lib/capture/formats/media-report.ts';
import { SampleSizes } from './sizes.server.ts';
import { Table } from './table.server.ts';
import type { Box, PlaceListener } from './types.ts';

export interface PlaceTables {
  stsc?: Box;
  stsz?: Box;
  stz2?: Box;
  stco?: Box;
  co64?: Box;
}

/**
 * Finds every sample that the tables of a track name (ISO 14496-12 §8.7): chunk by chunk, each a row of samples.
 * @returns how many samples there are, and their bytes together
 * @throws NotWhole when the tables contradict each other, or the listener finds fault with a place
 */
export async function findSamples(
  file: FileWindow,
  tables: PlaceTables,
  onPlace: PlaceListener,
): Promise<{ samples: number; bytes: number }> {
  const sizes = await SampleSizes.open(file, tables.stsz ?? tables.stz2);
  if (sizes.count === 0) return { samples: 0, bytes: 0 };
  if (sizes.count > file.sizeBytes)
    throw new NotWhole(`its index lists ${sizes.count} samples, more than it has bytes`);
  const offsets = await ChunkOffsets.open(file, tables);
  const runs = await ChunkRuns.open(file, tables.stsc);
  let left = sizes.count;
  let bytes = 0;
  while (left > 0) {
    const start = await offsets.next();
    const samples = await runs.next();
    if (start === undefined) throw new NotWhole(`its index does not say where ${left} of its samples are`);
    if (samples > left) throw new NotWhole('its index places more samples than it lists');
    const chunkBytes = await sizes.sum(samples);
    if (chunkBytes > 0) onPlace(start, chunkBytes);
    bytes += chunkBytes;
    left -= samples;
  }
  return { samples: sizes.count, bytes };
}

class ChunkOffsets {
  readonly #table: Table;
  readonly #isLarge: boolean;

  private constructor(table: Table, isLarge: boolean) {
    this.#table = table;
    this.#isLarge = isLarge;
  }

  static async open(file: FileWindow, { stco, co64 }: PlaceTables): Promise<ChunkOffsets> {
    const box = stco ?? co64;
    if (!box) throw new NotWhole('its index does not say where its samples are');
    return new ChunkOffsets(await Table.open(file, box, stco ? 4 : 8), !stco);
  }

  async next(): Promise<number | undefined> {
    if (this.#table.loaded === 0 && !(await this.#table.load())) return undefined;
    const at = this.#table.take();
    // Past 2^53 it is not exact, and far beyond any file all the same.
    return this.#isLarge ? Number(this.#table.bytes.readBigUInt64BE(at)) : this.#table.bytes.readUInt32BE(at);
  }
}

/** How many samples each chunk has: a run goes on until the chunk where the next one begins. */
class ChunkRuns {
  readonly #table: Table;
  #chunk = 0;
  #samples = 0;
  #nextRun = { firstChunk: 1, samples: 0 };

  private constructor(table: Table) {
    this.#table = table;
  }

  static async open(file: FileWindow, box: Box | undefined): Promise<ChunkRuns> {
    if (!box) throw new NotWhole('its index does not say how many samples a chunk has');
    const runs = new ChunkRuns(await Table.open(file, box, 12));
    const { firstChunk } = await runs.#readRun();
    if (firstChunk !== 1) throw new NotWhole('its index does not begin with its first chunk');
    return runs;
  }

  async next(): Promise<number> {
    this.#chunk += 1;
    if (this.#chunk === this.#nextRun.firstChunk) {
      this.#samples = this.#nextRun.samples;
      const { firstChunk } = await this.#readRun();
      if (firstChunk <= this.#chunk) throw new NotWhole('the chunks of its index are out of order');
    }
    return this.#samples;
  }

  async #readRun(): Promise<{ firstChunk: number }> {
    if (this.#table.loaded === 0 && !(await this.#table.load())) {
      this.#nextRun = { firstChunk: Number.POSITIVE_INFINITY, samples: 0 };
    } else {
      const at = this.#table.take();
      const { bytes } = this.#table;
      this.#nextRun = { firstChunk: bytes.readUInt32BE(at), samples: bytes.readUInt32BE(at + 4) };
    }
    return this.#nextRun;
  }
}
