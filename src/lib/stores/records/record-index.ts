import { ReelError } from '#lib/base/errors.ts';
import type { RecordFormat, Step, StepNeeds } from './record-store.ts';
import { RecordTable } from './record-table.ts';

/** What one record holds and adds. */
interface Share {
  readonly claims: readonly string[];
  readonly totals: ReadonlyArray<readonly [name: string, amount: bigint]>;
}

const NOTHING: Share = { claims: [], totals: [] };

/** What records hold and add, as a database says it. */
export interface KnownShares {
  readonly holders: ReadonlyMap<string, readonly string[]>;
  readonly totals: ReadonlyMap<string, bigint>;
  /** How many records there are besides those of the table. */
  readonly others: number;
}

/** The owner of each claim, and the totals, of one table of records. Its cost depends only on what has changed. */
export class RecordIndex<R> {
  readonly #format: RecordFormat<R>;
  readonly #holders = new Map<string, readonly string[]>();
  readonly #totals = new Map<string, bigint>();
  readonly #others: number;
  #table = new RecordTable<R>();

  /** @param known what is to be known of records that are not in any table */
  constructor(format: RecordFormat<R>, known?: KnownShares) {
    this.#format = format;
    this.#others = known?.others ?? 0;
    for (const [claim, holders] of known?.holders ?? []) this.#holders.set(claim, holders);
    for (const [name, sum] of known?.totals ?? []) this.#totals.set(name, sum);
  }

  /** Updates the index to `table`: another process may have written, or a write may have failed. */
  follow(table: RecordTable<R>): void {
    if (table === this.#table) return;
    for (const key of table.changedSince(this.#table)) this.replace(key, this.#table.peek(key), table.peek(key));
    this.#table = table;
  }

  /** A copy of the table to try changes on. The index follows it: report each change by `replace`. */
  trialOf(table: RecordTable<R>): RecordTable<R> {
    this.follow(table);
    this.#table = table.copy();
    return this.#table;
  }

  /** @throws ReelError `invalid-input` for an amount that is not a whole number; nothing is changed then */
  replace(key: string, before: R | undefined, after: R | undefined): void {
    const gone = this.#shareOf(before);
    const come = this.#shareOf(after);
    if (gone === NOTHING && come === NOTHING) return;
    for (const claim of gone.claims) this.#withdraw(claim, key);
    for (const claim of come.claims) this.#holders.set(claim, [...(this.#holders.get(claim) ?? []), key]);
    for (const [name, amount] of gone.totals) this.#add(name, -amount);
    for (const [name, amount] of come.totals) this.#add(name, amount);
  }

  /** What the mutation of `key`, a record of this table, may query. */
  stepOf(table: RecordTable<R>, key: string, nowMs: number, { claims = [], totals = [] }: StepNeeds = {}): Step {
    return {
      nowMs,
      isEmpty: table.size + this.#others === 0,
      ownerOf: (claim) => {
        requireNeed('claim', claim, claims);
        const holders = this.#holders.get(claim);
        return holders?.find((holder) => holder !== key) ?? holders?.[0];
      },
      total: (name) => {
        requireNeed('total', name, totals);
        return this.total(name);
      },
    };
  }

  total(name: string): number {
    return Number(this.#totals.get(name) ?? 0n);
  }

  totals(prefix: string): Map<string, number> {
    const found = [...this.#totals].filter(([name]) => name.startsWith(prefix));
    return new Map(found.map(([name, sum]) => [name, Number(sum)]));
  }

  #shareOf(record: R | undefined): Share {
    if (record === undefined) return NOTHING;
    const claims = this.#format.claimsOf(record);
    const totals = Object.entries(this.#format.totalsOf(record));
    // Every update of every record comes here twice, and most records hold one claim or none, and add to no total.
    if (claims.length === 0 && totals.length === 0) return NOTHING;
    return {
      claims: claims.length > 1 ? [...new Set(claims)] : claims,
      totals: totals.map(([name, amount]) => [name, whole(name, amount)]),
    };
  }

  #withdraw(claim: string, key: string): void {
    const rest = (this.#holders.get(claim) ?? []).filter((holder) => holder !== key);
    if (rest.length === 0) this.#holders.delete(claim);
    else this.#holders.set(claim, rest);
  }

  #add(name: string, amount: bigint): void {
    const sum = (this.#totals.get(name) ?? 0n) + amount;
    if (sum === 0n) this.#totals.delete(name);
    else this.#totals.set(name, sum);
  }
}

/** Floats that are added and subtracted for weeks would drift. */
function whole(name: string, amount: number): bigint {
  if (Number.isInteger(amount)) return BigInt(amount);
  throw new ReelError('invalid-input', `The record was not stored: ${amount} for the total ${name} is not whole.`, {
    stage: 'recording',
  });
}

function requireNeed(kind: 'claim' | 'total', name: string, needs: readonly string[]): void {
  if (needs.includes(name)) return;
  // If this were allowed, the mutation would fail with the first store that locks only the declared needs.
  throw new ReelError('invalid-input', `The ${kind} ${name} is not among the needs of this update. Name it there.`, {
    stage: 'recording',
  });
}
