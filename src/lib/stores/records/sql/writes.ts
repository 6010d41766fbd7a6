import type { RecordFormat } from '../record-store.ts';
import type { Difference, Held, Placed, Writes } from './rows.ts';

/** A record as it was and as it is to be; undefined: not there. */
export interface Change<R> {
  readonly key: string;
  readonly before: R | undefined;
  readonly after: R | undefined;
  /** Deleted in between: it goes last. */
  readonly isAnew: boolean;
}

/** What has to be written for changes of records. */
export function writesOf<R>(format: RecordFormat<R>, changes: ReadonlyArray<Change<R>>): Writes<R> {
  const records = changes.flatMap(({ key, before, after, isAnew }) =>
    after === undefined ? [] : [{ key, record: after, isNew: before === undefined || isAnew }],
  );
  const deleted = changes.flatMap(({ key, after }) => (after === undefined ? [key] : []));
  return {
    records,
    deleted,
    claims: differenceOf(changes, (record) => format.claimsOf(record)),
    tasks: differenceOf(changes, (record) => format.taskIdsOf(record)),
    places: placesOf(format, changes),
    totals: totalsOf(format, changes),
    growth: changes.filter(({ before }) => before === undefined).length - deleted.length,
  };
}

function placesOf<R>({ lists }: RecordFormat<R>, changes: ReadonlyArray<Change<R>>): Writes<R>['places'] {
  const [gone, come]: [Placed[], Placed[]] = [[], []];
  for (const { key, before, after } of changes) {
    const old = (before && lists?.placesOf(before)) ?? {};
    const next = (after && lists?.placesOf(after)) ?? {};
    for (const [list, at] of Object.entries(old)) if (next[list] !== at) gone.push({ list, at, key });
    for (const [list, at] of Object.entries(next)) if (old[list] !== at) come.push({ list, at, key });
  }
  return { gone, come };
}

function totalsOf<R>(format: RecordFormat<R>, changes: ReadonlyArray<Change<R>>): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  const add = (record: R | undefined, sign: bigint) => {
    for (const [name, amount] of Object.entries(record === undefined ? {} : format.totalsOf(record))) {
      sums.set(name, (sums.get(name) ?? 0n) + sign * BigInt(amount));
    }
  };
  for (const { before, after } of changes) {
    add(before, -1n);
    add(after, 1n);
  }
  return new Map([...sums].filter(([, sum]) => sum !== 0n));
}

function differenceOf<R>(changes: ReadonlyArray<Change<R>>, namesOf: (record: R) => readonly string[]): Difference {
  const [gone, come]: [Held[], Held[]] = [[], []];
  for (const { key, before, after } of changes) {
    const old = new Set(before === undefined ? [] : namesOf(before));
    const next = new Set(after === undefined ? [] : namesOf(after));
    for (const name of old) if (!next.has(name)) gone.push([name, key]);
    for (const name of next) if (!old.has(name)) come.push([name, key]);
  }
  return { gone, come };
}
