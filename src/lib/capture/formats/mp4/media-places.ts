import { NotWhole } from '#lib/capture/formats/media-report.ts';

type Range = { start: number; contentStart: number; end: number };

/** Holds the places of samples against the file: all must lie in it, and each piece of media should have some. */
export class MediaPlaces {
  readonly #fileBytes: number;
  readonly #mdats: readonly Range[];
  readonly #indexes: readonly Range[];
  readonly #named = new Set<Range>();

  /**
   * @param mdats the boxes of media, in the order of the file
   * @param indexes the boxes that can hold none, in the order of the file
   */
  constructor(fileBytes: number, mdats: readonly Range[], indexes: readonly Range[]) {
    this.#fileBytes = fileBytes;
    this.#mdats = mdats;
    this.#indexes = indexes;
  }

  /** @throws NotWhole when samples lie beyond the end of the file, or where there is no media */
  add(start: number, bytes: number): void {
    if (start < 0 || start + bytes > this.#fileBytes) {
      throw new NotWhole('its index points to media beyond the end of the file');
    }
    const index = firstEndingBehind(this.#indexes, start);
    if (index && index.start < start + bytes) throw new NotWhole('its index points to media inside the index itself');
    const mdat = firstEndingBehind(this.#mdats, start);
    if (mdat && mdat.contentStart <= start) this.#named.add(mdat);
  }

  /** Whether there is media that no sample was found in: what named it is gone. */
  get hasUnnamed(): boolean {
    return this.#mdats.some((mdat) => mdat.end > mdat.contentStart && !this.#named.has(mdat));
  }
}

/** By halves: a film may have a hundred thousand pieces. */
function firstEndingBehind(ranges: readonly Range[], position: number): Range | undefined {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const range = ranges[middle];
    if (range && range.end <= position) low = middle + 1;
    else high = middle;
  }
  return ranges[low];
}
