import type { DeletedItemView, MediaItems, MediaItemView } from '#lib/web/media/media-view.ts';

/** What a page starts with, and the parts after it: small ones for who reads on, large ones for who jumps to the end. */
export const PART = 100;
const LARGEST_PART = 1000;

type FetchPart = (part: { cursor?: string | undefined; limit: number }) => Promise<MediaItems>;

/** The items of a project, the newest first, loaded as far as somebody has looked. */
export class ItemList {
  items: readonly MediaItemView[] = $state.raw([]);
  total = $state(0);
  /** Those that can be brought back. */
  deleted: readonly DeletedItemView[] = $state.raw([]);
  /** The server did not answer when it was last asked. */
  isStale = $state(false);
  #cursor: string | undefined;
  readonly #fetchPart: FetchPart;
  #last: Promise<void> = Promise.resolve();
  #wanted = 0;

  constructor(first: MediaItems, fetchPart: FetchPart) {
    this.#fetchPart = fetchPart;
    this.#take([], first);
  }

  /** Loads up to this row, part by part. */
  reach(row: number): Promise<void> {
    this.#wanted = Math.max(this.#wanted, row + 1);
    return this.#inTurn(async () => {
      while (this.items.length < this.#wanted && this.#cursor !== undefined) {
        const missing = this.#wanted - this.items.length;
        const part = await this.#fetchPart({ cursor: this.#cursor, limit: missing > PART ? LARGEST_PART : PART });
        this.#take(this.items, part);
      }
    });
  }

  /** Loads again what is loaded: something may have been added, or changed. */
  refresh(): Promise<void> {
    return this.#inTurn(async () => {
      const limit = Math.max(this.items.length, PART);
      let [items, part]: [MediaItemView[], MediaItems] = [
        [],
        await this.#fetchPart({ limit: Math.min(limit, LARGEST_PART) }),
      ];
      items = part.items;
      const { deleted } = part;
      while (items.length < limit && part.nextCursor !== undefined) {
        part = await this.#fetchPart({ cursor: part.nextCursor, limit: LARGEST_PART });
        items = [...items, ...part.items];
      }
      this.#take([], { ...part, items, deleted });
    });
  }

  /** What the server has said of one item, in its place. */
  change(item: MediaItemView): void {
    this.items = this.items.map((one) => (one.id === item.id ? item : one));
  }

  #take(before: readonly MediaItemView[], { items, total, deleted, nextCursor }: MediaItems): void {
    if (deleted) this.deleted = deleted;
    // An item that came in the meantime pushes others into the next part.
    const known = new Set(before.map(({ id }) => id));
    this.items = [...before, ...items.filter(({ id }) => !known.has(id))];
    this.total = nextCursor === undefined ? this.items.length : Math.max(total, this.items.length);
    this.#cursor = nextCursor;
  }

  #inTurn(load: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(load).then(
      () => {
        this.isStale = false;
      },
      () => {
        this.isStale = true;
      },
    );
    return this.#last;
  }
}
