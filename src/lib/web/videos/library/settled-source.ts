import type { ListName } from '#lib/web/videos/lists.ts';
import type { Item, Position } from '#lib/web/videos/sorted-index.ts';
import type { Counts, SpendView, VideoView } from '#lib/web/videos/view.ts';

/** How a page is read: what it shows of a record, and which videos the library has in memory. */
export interface PageReader<R> {
  isHeld(key: string): boolean;
  viewOf(record: R): VideoView;
}

/** The videos of a database, of which the library holds in memory what it has to. */
export interface SettledSource<R> {
  /** Whether everything is held: somebody has asked for everything at once. */
  readonly isEmpty: boolean;
  /** The records that are held. */
  held(): readonly R[];
  /** @param record if it was read already */
  hold(key: string, record?: R): void;
  /** Ends `hold`. */
  release(key: string): void;
  /** Reads what has changed. @param everything from now on every record is held */
  pull(nowMs: number, everything: boolean): Promise<void>;
  /** Files of these names came or went; their videos are looked for by the next pulls. */
  noteFiles(names: Iterable<string>): void;
  /** Records that are not held, and have changed since the last call, or whose files have. */
  takeChanged(): R[];
  spend(): SpendView;
  /** @param held the counts of the views that are held, and the records that they are of */
  counts(held: Counts, records: Iterable<R>): Counts;
  /** How many videos of a list are not held. */
  totalOf(list: ListName, held: Iterable<R>): number;
  /**
   * The videos of a page that are not held.
   * @returns `deviating`: records whose views belong elsewhere, since their files are not as recorded
   */
  page(
    list: ListName,
    after: Position | undefined,
    most: number,
    reader: PageReader<R>,
  ): Promise<{ items: Array<Item<VideoView>>; deviating: R[] }>;
  /** Whether a view is where the lists of the database have its record, and can be read from there. */
  isAsRecorded(record: R, view: VideoView): boolean;
}
