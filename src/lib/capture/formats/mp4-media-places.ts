import { NotWhole } from './media-report.ts';

type Range = { contentStart: number; end: number };

/** Holds the places of samples against the file: all must lie in it, and each piece of media should have some. */
export class MediaPlaces {
  readonly #fileBytes: number;
  /** In the order of the file. */
  readonly #mdats: readonly Range[];
  readonly #named = new Set<Range>();

  constructor(fileBytes: number, mdats: readonly Range[]) {
    this.#fileBytes = fileBytes;
    this.#mdats = mdats;
  }

  /** @throws NotWhole when samples lie beyond the end of the file */
  add(start: number, bytes: number): void {
    if (start < 0 || start + bytes > this.#fileBytes) {
      throw new NotWhole('its index names media beyond the end of the file');
    }
    const mdat = this.#mdatAt(start);
    if (mdat) this.#named.add(mdat);
  }

  /** Whether there is media that no sample was found in: what named it is gone. */
  get hasUnnamed(): boolean {
    return this.#mdats.some((mdat) => mdat.end > mdat.contentStart && !this.#named.has(mdat));
  }

  /** By halves: a film may have a hundred thousand pieces. */
  #mdatAt(position: number): Range | undefined {
    let [low, high] = [0, this.#mdats.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const mdat = this.#mdats[middle];
      if (mdat && mdat.end <= position) low = middle + 1;
      else high = middle;
    }
    const found = this.#mdats[low];
    return found && found.contentStart <= position ? found : undefined;
  }
}
