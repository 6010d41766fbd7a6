import { timeOf } from '#lib/base/iso-time.ts';
import { SharedLook } from '#lib/base/shared-look.ts';
import {
  latestOf,
  shownBy,
  spendTotalNames,
  sumsOfTotals,
  type VideoMetadata,
  watchMovingVideos,
} from '#lib/wanx/index.ts';
import { groupOf, type ListName } from '#lib/web/videos/lists.ts';
import type { Item, Position } from '#lib/web/videos/sorted-index.ts';
import type { Counts, VideoView } from '#lib/web/videos/view.ts';
import { keyOf } from './places.ts';
import type { PageReader, SettledSource } from './settled-source.ts';

type SettledList = Exclude<ListName, 'under-way'>;

const LISTS = { all: 'settled', stopped: 'stopped', saved: 'saved' } as const;
/** A folder that is gone takes every file with it: so many are looked for in one go. */
const FILES_AT_ONCE = 100;

/**
 * The videos of a database that the library does not hold in memory: whose views no longer change with time. They are read
 * when a page shows them, and when they change; their counts and sums are those that the database keeps.
 */
export class SettledVideos implements SettledSource<VideoMetadata> {
  readonly #window = watchMovingVideos();
  readonly #looks = new SharedLook(() => this.#look());
  #totals: ReadonlyMap<string, number> = new Map();
  #totalNames = '';
  #files: string[] = [];
  #found: VideoMetadata[] = [];
  #wantsAll = false;
  #nowMs = 0;

  /** @param keys those that are held whatever their state */
  constructor(keys: Iterable<string>) {
    for (const key of keys) this.#window.keep(key);
  }

  get isEmpty(): boolean {
    return this.#window.isWhole;
  }

  held(): readonly VideoMetadata[] {
    return this.#window.list();
  }

  hold(key: string, record?: VideoMetadata): void {
    this.#window.keep(key, record);
  }

  release(key: string): void {
    this.#window.drop(key);
  }

  pull(nowMs: number, everything: boolean): Promise<void> {
    this.#nowMs = nowMs;
    this.#wantsAll ||= everything;
    return this.#looks.run();
  }

  noteFiles(names: Iterable<string>): void {
    this.#files.push(...names);
  }

  takeChanged(): VideoMetadata[] {
    const changed = [...this.#window.takeOthers(), ...this.#found];
    this.#found = [];
    return changed;
  }

  spend() {
    return sumsOfTotals(this.#totals, this.#nowMs);
  }

  counts(held: Counts, records: Iterable<VideoMetadata>): Counts {
    if (this.isEmpty) return held;
    const of = (name: string) => this.#totals.get(`shown:${name}`) ?? 0;
    const sums = {
      ...held,
      total: held.total + of('settled'),
      made: held.made + of('made'),
      failed: held.failed + of('failed'),
    };
    for (const record of records) {
      const { isMoving, isMade, hasFailed } = shownBy(record);
      sums.total -= Number(!isMoving);
      sums.made -= Number(isMade);
      sums.failed -= Number(hasFailed);
    }
    return sums;
  }

  totalOf(list: ListName, held: Iterable<VideoMetadata>): number {
    if (list === 'under-way' || this.isEmpty) return 0;
    return (this.#totals.get(`shown:${LISTS[list]}`) ?? 0) - countIn(list, held);
  }

  async page(
    list: ListName,
    after: Position | undefined,
    most: number,
    reader: PageReader<VideoMetadata>,
  ): Promise<{ items: Array<Item<VideoView>>; deviating: VideoMetadata[] }> {
    const [items, deviating]: [Array<Item<VideoView>>, VideoMetadata[]] = [[], []];
    if (list === 'under-way' || this.isEmpty) return { items, deviating };
    let from = placeAfter(list, after);
    for (let isLast = false; !isLast && items.length < most; ) {
      const records = await this.#window.page(LISTS[list], from, most);
      isLast = records.length < most;
      for (const record of records.filter((one) => !reader.isHeld(keyOf(one)))) {
        const value = reader.viewOf(record);
        if (this.isAsRecorded(record, value)) items.push({ position: positionIn(list, record), value });
        else deviating.push(record);
      }
      const last = records.at(-1);
      if (last) from = placeAfter(list, positionIn(list, last));
    }
    return { items, deviating };
  }

  isAsRecorded(record: VideoMetadata, view: VideoView): boolean {
    const { isMoving, group, isMade, hasFailed } = shownBy(record);
    const isThere = groupOf(view) === group && (view.src !== undefined) === isMade;
    return !this.isEmpty && !isMoving && isThere && (view.state === 'failed') === hasFailed;
  }

  async #look(): Promise<void> {
    const hasChanged = await this.#window.refresh({ everything: this.#wantsAll });
    const names = ['shown:', ...spendTotalNames(this.#nowMs)];
    if (hasChanged) this.#totalNames = '';
    if (names.join() !== this.#totalNames) {
      const totals = await Promise.all(names.map((prefix) => this.#window.totals(prefix)));
      this.#totals = new Map(totals.flatMap((some) => [...some]));
      this.#totalNames = names.join();
    }
    for (const key of this.#files.splice(0, FILES_AT_ONCE).flatMap(keysOfFile)) {
      const record = await this.#window.get(key);
      if (record) this.#found.push(record);
    }
  }
}

function countIn(list: SettledList, records: Iterable<VideoMetadata>): number {
  let count = 0;
  for (const record of records) {
    const { isMoving, group } = shownBy(record);
    if (list === 'all' ? !isMoving : group === list) count += 1;
  }
  return count;
}

function positionIn(list: SettledList, record: VideoMetadata): Position {
  const key = keyOf(record);
  return list === 'all' ? [1, -timeOf(record.createdAt), key] : [0, -latestOf(record), key];
}

/** In the list of all, the catalogue comes first, and is held. */
function placeAfter(list: SettledList, after: Position | undefined) {
  if (after === undefined || after[0] < (list === 'all' ? 1 : 0)) return undefined;
  return { at: after[1], key: after[2] };
}

/** `a-b-c.mp4` may be of `a/b-c` or of `a-b/c`. */
function keysOfFile(name: string): string[] {
  if (!name.endsWith('.mp4')) return [];
  const words = name.slice(0, -'.mp4'.length).split('-');
  return words
    .slice(1)
    .map((_word, index) => `${words.slice(0, index + 1).join('-')}/${words.slice(index + 1).join('-')}`);
}
