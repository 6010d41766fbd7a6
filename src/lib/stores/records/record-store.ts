import type { z } from 'zod';

/** What a store must know about its records. All functions are pure, and get records that are valid by the schema. */
export interface RecordFormat<R> {
  /** Of one record. It decides what may be stored: use `z.looseObject`, or unknown fields are lost on a rewrite. */
  readonly schema: z.ZodType<R>;
  keyOf(record: R): string;
  /** Names that the record owns and that rules across keys refer to: its file, its tasks. */
  claimsOf(record: R): readonly string[];
  /** What the record adds to sums over all records. Whole numbers, so that sums stay exact. */
  totalsOf(record: R): Readonly<Record<string, number>>;
  /** Whether there is work left to do for it. */
  isUnfinished(record: R): boolean;
  /** When it is due next, in ms since the epoch; undefined: never. */
  dueMs(record: R): number | undefined;
  /** Every task on the record, the current one and earlier ones. */
  taskIdsOf(record: R): readonly string[];
  /** The lists of these records that are read in pages; absent: none. */
  readonly lists?: RecordLists<R>;
}

export interface RecordLists<R> {
  /** To be raised whenever `placesOf` or the format's totals change: a database then builds both anew. */
  readonly version: number;
  /** The lists that the record is in, and its place in each, a finite number: the smallest comes first. */
  placesOf(record: R): Readonly<Record<string, number>>;
}

/** A place in a list. Records at the same number are in the order of their keys. */
export interface ListPlace {
  readonly at: number;
  readonly key: string;
}

/**
 * A keyed set of records. Adapters: JSON file (default) and memory. Every adapter passes
 * `tests/contracts/record-store.ts`. Records that it returns are frozen, and a record that has not changed is the same
 * object as before, also after another process has written.
 */
export interface RecordStore<R> {
  get(key: string): Promise<R | undefined>;
  /** The matching records, sorted by the bytes of their keys in UTF-8 (`compareKeys`). A record that changes meanwhile is returned in its old or its new state. */
  find(query?: RecordQuery): AsyncIterable<R>;
  /** The first records of a list of the format, in its order. A database reads no others. */
  page(list: string, query: ListQuery): Promise<readonly R[]>;
  /** How many records there are. */
  count(): Promise<number>;
  /** A current sum over all records, to reject early what an update would reject; 0 if there are none. */
  total(name: string): Promise<number>;
  /** The sums that are not 0, by their names, of those that begin with `prefix`, which is not empty. */
  totals(prefix: string): Promise<ReadonlyMap<string, number>>;
  /**
   * Replaces the record under `key` by what `mutate` returns, as one step: no other update, of this process or another,
   * comes between what `mutate` sees and what is stored. Resolves once the change is durable.
   * An error thrown by `mutate` rejects this update only and stores nothing.
   * @param needs the claims and totals that `mutate` asks for: a database locks what they depend on
   * @throws ReelError `invalid-input` for a record that does not fit the schema or belongs to another key
   */
  update(key: string, mutate: Mutation<R>, needs?: StepNeeds): Promise<R | undefined>;
  /**
   * The keys of the records changed or deleted after `since`, a cursor of this store; `all` if unknown, as for another
   * process's cursor. Without `since`: only the current cursor.
   */
  changes?(since?: string): Promise<Changes>;
}

/** Every condition must hold. */
export interface RecordQuery {
  unfinished?: true | undefined;
  /** Of the current task or an earlier one. */
  taskId?: string | undefined;
  /** Due earlier than this, in ms since the epoch. */
  dueBeforeMs?: number | undefined;
  /** Only keys after this one, whether or not it exists: to continue after a page. */
  after?: string | undefined;
  limit?: number | undefined;
}

export interface ListQuery {
  /** Only what comes after this place, whether or not a record is there. */
  after?: ListPlace | undefined;
  limit: number;
}

export interface StepNeeds {
  readonly claims?: readonly string[] | undefined;
  readonly totals?: readonly string[] | undefined;
}

/** What a mutation may know about other records, as of its step. */
export interface Step {
  /** By the store's clock. */
  readonly nowMs: number;
  /** Whether there are no records at all. */
  readonly isEmpty: boolean;
  /**
   * The key of the record that owns a claim; if several do, another record's rather than this one's own.
   * @throws ReelError `invalid-input` for a claim that is not among the needs
   */
  ownerOf(claim: string): string | undefined;
  /** The sum over all records; 0 if there are none. @throws ReelError `invalid-input` as `ownerOf` */
  total(name: string): number;
}

/**
 * Must be synchronous and must not update the store. No adapter calls it twice for one update, so it may also do something
 * outside the store that has to happen within the step. Return a new record to store it, `current` itself to leave all as it
 * is, or undefined to delete the record.
 */
export type Mutation<R> = (current: R | undefined, step: Step) => R | undefined;

export interface Changes {
  readonly keys: readonly string[] | 'all';
  /** The cursor for the next call. */
  readonly cursor: string;
}

/** A store that this process can read without waiting. */
export interface LocalRecordStore<R> extends RecordStore<R> {
  /** Every record, in the order in which their keys were first stored; the same array while nothing changes. */
  listSync(): readonly R[];
  getSync(key: string): R | undefined;
  /** As `total`. */
  totalSync(name: string): number;
}

export function isLocal<R>(store: RecordStore<R>): store is LocalRecordStore<R> {
  return 'getSync' in store && 'listSync' in store;
}

/** A part of Reelkeep that keeps records. */
export interface RecordPart<R> {
  /** Names its records in a database, permanently: lower-case letters and `-`. */
  readonly name: string;
  readonly format: RecordFormat<R>;
  /** As `JsonFileStoreOptions.isMarked`. */
  readonly isMarked?: boolean;
  /** As `JsonFileStoreOptions.needsFolder`. */
  readonly needsFolder?: boolean;
}
