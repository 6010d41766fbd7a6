import { FolderLook } from './folder-look.server.ts';

/** During downloads the folder changes constantly, and every progress event triggers a refresh. */
const FILES_EVERY_MS = 500;
/** A file changed in place is noticed by checking a few files each time, in rotation. */
const LOOKED_AT_IN_TURN = 8;

interface Ids {
  spotId: string;
  eraId: string;
}

/** Which videos' files came or went. */
export class FilmFiles {
  readonly #folder = new FolderLook();
  readonly #nameOf: (spotId: string, eraId: string) => string;
  readonly #keys = new Map<string, string>();
  #atMs = Number.NEGATIVE_INFINITY;
  #turn = 0;

  constructor(nameOf: (spotId: string, eraId: string) => string) {
    this.#nameOf = nameOf;
  }

  add({ spotId, eraId }: Ids, key: string): void {
    this.#keys.set(this.#nameOf(spotId, eraId), key);
  }

  remove({ spotId, eraId }: Ids): void {
    this.#keys.delete(this.#nameOf(spotId, eraId));
  }

  /**
   * @returns the keys of those that were added, and the names of other files, which the first look leaves out; undefined if
   *   it is too early to look again
   */
  look(folder: string, nowMs: number): { keys: string[]; others: string[] } | undefined {
    if (nowMs >= this.#atMs && nowMs - this.#atMs < FILES_EVERY_MS) return undefined;
    const isFirst = !Number.isFinite(this.#atMs);
    this.#atMs = nowMs;
    const names = this.#folder.look(folder);
    if (names === 'unknown') return { keys: [...this.#keys.values()], others: [] };
    const keys = names.flatMap((name) => this.#keys.get(name) ?? []);
    return { keys, others: isFirst ? [] : names.filter((name) => !this.#keys.has(name)) };
  }

  /** The next few of the records, those of them that have a file. */
  inTurn<R extends { localPath?: string | undefined }>(list: readonly R[]): R[] {
    const some: R[] = [];
    for (let count = 0; count < Math.min(LOOKED_AT_IN_TURN, list.length); count += 1) {
      this.#turn = (this.#turn + 1) % list.length;
      const record = list[this.#turn];
      if (record?.localPath !== undefined) some.push(record);
    }
    return some;
  }
}
