import type { AssetFormat } from '#lib/capture/types.ts';

/** Pictures that servers do not offer, by base URL. */
const notOffered = new Map<string, Set<string>>();

/** What this process has learnt about the pictures of one server: one that ignores the variant sends the film each time. */
export class PictureMemory {
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  isOffered(name: string): boolean {
    return !notOffered.get(this.#endpoint)?.has(name);
  }

  /** The format of a picture, which notes that the film was sent in its place. */
  watch(name: string, format: AssetFormat, film: AssetFormat): AssetFormat {
    return {
      ...format,
      startsLike: (bytes) => {
        if (format.startsLike(bytes)) return true;
        if (film.startsLike(bytes)) this.#noteFilm(name);
        return false;
      },
    };
  }

  #noteFilm(name: string): void {
    const names = notOffered.get(this.#endpoint) ?? new Set();
    notOffered.set(this.#endpoint, names.add(name));
  }
}
