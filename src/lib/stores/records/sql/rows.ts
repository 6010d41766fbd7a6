/** What the database says of a part as a whole. */
export interface PartRow {
  /** Another one after each move, so that no cursor of former records is taken for one of these. */
  readonly id: string;
  /** Grows with each transaction that changes records. */
  readonly revision: number;
  /** How many records there are. */
  readonly records: number;
  readonly transfer: string | undefined;
  readonly mark: string | undefined;
  /** The stamp of its lists and totals; see `stampToBuild`. */
  readonly lists: string | undefined;
}

/** A record as stored. */
export interface StoredRow {
  readonly key: string;
  readonly revision: number;
  /** Grows in the order in which keys were first stored. */
  readonly sequence: number;
  readonly content: string;
}

/** What a database knows of the records that some updates are about, read under the lock of their part. */
export interface Loaded<R> {
  readonly records: ReadonlyMap<string, R>;
  /** The holders of each claim that the updates need. */
  readonly holders: ReadonlyMap<string, readonly string[]>;
  /** The sums that the updates need. */
  readonly totals: ReadonlyMap<string, bigint>;
  /** How many records there are besides these. */
  readonly others: number;
}

/** A claim or a task of a record. */
export type Held = readonly [name: string, key: string];

/** A record in a list. */
export interface Placed {
  readonly list: string;
  readonly at: number;
  readonly key: string;
}

export interface Written<R> {
  readonly key: string;
  readonly record: R;
  /** Stored for the first time, or again after it was deleted: it goes last. */
  readonly isNew: boolean;
}

/** What has to be written of lists and totals. */
export interface Entries {
  readonly places: { readonly gone: readonly Placed[]; readonly come: readonly Placed[] };
  /** What to add to each total. */
  readonly totals: ReadonlyMap<string, bigint>;
}

/** What has to be written for some updates. */
export interface Writes<R> extends Entries {
  readonly records: ReadonlyArray<Written<R>>;
  readonly deleted: readonly string[];
  readonly claims: Difference;
  readonly tasks: Difference;
  /** By how much the number of records grows. */
  readonly growth: number;
}

export interface Difference {
  readonly gone: readonly Held[];
  readonly come: readonly Held[];
}
