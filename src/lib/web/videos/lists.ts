import * as z from 'zod';
import { timeOf } from '#lib/base/iso-time.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { type Item, type Position, SortedIndex } from './sorted-index.ts';
import type { Counts, LiveProgress, SpendView, VideoGroup, VideoView } from './view.ts';

/** `all`: the catalogue in its order, then the records outside of it, newest first. */
export type ListName = 'all' | VideoGroup;

export interface VideoPage {
  videos: readonly VideoView[];
  /** Cursor of the next page; absent on the last one. */
  nextCursor?: string;
  /** How many there are on all pages. */
  total: number;
}

/** What a list has beside what is in memory: those of one page and the next, in no order, and how many there are. */
export interface Others {
  items: ReadonlyArray<Item<VideoView>>;
  total: number;
}

/** What answers read of the library. */
export interface ListedVideos {
  /**
   * Reads what has changed, where that has to be waited for. Never rejects.
   * @param options `everything`: `all` is read next
   */
  pull(options?: { everything?: boolean }): Promise<void>;
  readonly counts: Counts;
  readonly spend: SpendView;
  all(): readonly VideoView[];
  catalogue(): readonly VideoView[];
  underWay(limit: number): readonly VideoView[];
  page(list: ListName, limit: number, cursor?: string): Promise<VideoPage>;
  pageOutside(limit: number, cursor?: string): Promise<VideoPage>;
  /** Of these keys, those that there are. */
  views(keys: readonly string[]): Promise<VideoView[]>;
}

/** What the work of a server reads of its library, and tells it. */
export interface LiveLibrary extends ListedVideos {
  view(spotId: string, eraId: string): Promise<VideoView>;
  refresh(): void;
  takeChanged(): VideoView[];
  note(key: string, live: LiveProgress | undefined): void;
}

const GROUP_OF: Partial<Record<VideoView['state'], VideoGroup>> = {
  generating: 'under-way',
  uncaptured: 'under-way',
  failed: 'stopped',
  canceled: 'stopped',
  ready: 'saved',
};

/** The group of a view; undefined: none. */
export function groupOf({ state }: Pick<VideoView, 'state'>): VideoGroup | undefined {
  return GROUP_OF[state];
}

export const GROUPS = ['under-way', 'stopped', 'saved'] as const satisfies readonly VideoGroup[];

/** All views, and those of each group, ordered so that a cursor stays valid when entries are added or removed. */
export class VideoLists {
  readonly #lists: Record<ListName, SortedIndex<VideoView>> = {
    all: new SortedIndex(),
    'under-way': new SortedIndex(),
    stopped: new SortedIndex(),
    saved: new SortedIndex(),
  };
  readonly #positions = new Map<string, Array<[ListName, Position]>>();
  readonly #counts: Counts = { total: 0, made: 0, underWay: 0, failed: 0 };

  get counts(): Counts {
    return { ...this.#counts };
  }

  /** @param positionInAll its position in the list of all */
  set(view: VideoView, before: VideoView | undefined, positionInAll: Position): void {
    if (before) this.delete(before);
    const group = groupOf(view);
    const positions: Array<[ListName, Position]> = [['all', positionInAll]];
    if (group) positions.push([group, positionInGroup(view, group)]);
    for (const [list, position] of positions) this.#lists[list].set(position, view);
    this.#positions.set(view.key, positions);
    this.#count(view, 1);
  }

  delete(view: VideoView): void {
    for (const [list, position] of this.#positions.get(view.key) ?? []) this.#lists[list].delete(position);
    this.#positions.delete(view.key);
    this.#count(view, -1);
  }

  all(): VideoView[] {
    return this.#lists.all.values();
  }

  page(list: ListName, limit: number, after?: Position, others: Others = { items: [], total: 0 }): VideoPage {
    const { values, next } = this.#lists[list].page(after, limit, others.items);
    const total = this.#lists[list].size + others.total;
    return { videos: values, total, ...(next && { nextCursor: cursorOf(list, next) }) };
  }

  #count({ state, src }: VideoView, step: 1 | -1): void {
    this.#counts.total += step;
    if (src !== undefined) this.#counts.made += step;
    if (groupOf({ state }) === 'under-way') this.#counts.underWay += step;
    if (state === 'failed') this.#counts.failed += step;
  }
}

/** Under way: the nearest deadline first, then the oldest order. Stopped and saved: the latest first. */
function positionInGroup({ key, expiresAt, submittedAt, completedAt }: VideoView, group: VideoGroup): Position {
  if (group !== 'under-way') return [0, -timeOf(completedAt ?? submittedAt), key];
  return [expiresAt === undefined ? Number.MAX_SAFE_INTEGER : timeOf(expiresAt), timeOf(submittedAt), key];
}

const cursorSchema = z.tuple([z.enum(['all', ...GROUPS]), z.number(), z.number(), z.string()]);

function cursorOf(list: ListName, position: Position): string {
  return Buffer.from(JSON.stringify([list, ...position])).toString('base64url');
}

/** @throws ProblemError `invalid-input` for a cursor of another list */
export function positionOf(list: ListName, cursor: string): Position {
  const result = cursorSchema.safeParse(parsed(cursor));
  if (result.success && result.data[0] === list) return [result.data[1], result.data[2], result.data[3]];
  throw new ProblemError(
    'invalid-input',
    'The cursor does not belong to this list. Use nextCursor of the previous page.',
  );
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
