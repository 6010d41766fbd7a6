import { ReelError } from '#lib/base/errors.ts';
import { applyMutation, type Update } from '../apply-mutation.ts';
import { RecordIndex } from '../record-index.ts';
import type { RecordFormat } from '../record-store.ts';
import { RecordTable } from '../record-table.ts';
import type { PendingUpdate, Settle } from '../update-queue.ts';
import type { Held, Loaded, Writes } from './rows.ts';
import { isStorableKey, toStorable } from './storable-text.server.ts';

/** Applies updates in memory, one after the other, to the few records that they are about. */
export class GroupTrial<R> {
  readonly #format: RecordFormat<R>;
  readonly #before: RecordTable<R>;
  readonly #table: RecordTable<R>;
  readonly #index: RecordIndex<R>;
  readonly #deleted = new Set<string>();

  constructor(format: RecordFormat<R>, { records, ...known }: Loaded<R>) {
    this.#format = format;
    this.#before = new RecordTable(Array.from(records, ([key, record]) => [key, { record }]));
    this.#table = this.#before.copy();
    this.#index = new RecordIndex(format, known);
  }

  /** Applies the updates in their order. One that fails affects no other. @returns how to report each outcome */
  apply(group: readonly PendingUpdate<R>[], nowMs: number): Settle[] {
    return group.map(({ resolve, reject, ...update }) => {
      try {
        const stored = this.#applyOne({ ...update, nowMs });
        return () => resolve(stored);
      } catch (error) {
        return () => reject(error);
      }
    });
  }

  #applyOne(update: Update<R>): R | undefined {
    requireStorable(update.key);
    const stored = applyMutation(this.#table, this.#index, this.#format, update);
    if (stored === undefined && this.#before.has(update.key)) this.#deleted.add(update.key);
    return stored;
  }

  /** @returns undefined: there is nothing to write */
  writes(): Writes<R> | undefined {
    const keys = this.#table.changedSince(this.#before);
    if (keys.length === 0) return undefined;
    const changes = keys.map((key) => ({ key, before: this.#before.peek(key), after: this.#table.peek(key) }));
    const records = changes.flatMap(({ key, before, after }) =>
      after === undefined ? [] : [{ key, record: after, isNew: before === undefined || this.#deleted.has(key) }],
    );
    const deleted = changes.flatMap(({ key, after }) => (after === undefined ? [key] : []));
    const difference = (namesOf: (record: R) => readonly string[]) => differenceOf(changes, namesOf);
    return {
      records,
      deleted,
      claims: difference((record) => this.#format.claimsOf(record)),
      tasks: difference((record) => this.#format.taskIdsOf(record)),
      totals: this.#totalsOf(changes),
      growth: changes.filter(({ before }) => before === undefined).length - deleted.length,
    };
  }

  #totalsOf(changes: ReadonlyArray<Change<R>>): Map<string, bigint> {
    const sums = new Map<string, bigint>();
    const add = (record: R | undefined, sign: bigint) => {
      for (const [name, amount] of Object.entries(record === undefined ? {} : this.#format.totalsOf(record))) {
        sums.set(name, (sums.get(name) ?? 0n) + sign * BigInt(amount));
      }
    };
    for (const { before, after } of changes) {
      add(before, -1n);
      add(after, 1n);
    }
    return new Map([...sums].filter(([, sum]) => sum !== 0n));
  }
}

interface Change<R> {
  readonly key: string;
  readonly before: R | undefined;
  readonly after: R | undefined;
}

function differenceOf<R>(
  changes: ReadonlyArray<Change<R>>,
  namesOf: (record: R) => readonly string[],
): { gone: Held[]; come: Held[] } {
  const difference: { gone: Held[]; come: Held[] } = { gone: [], come: [] };
  for (const { key, before, after } of changes) {
    const old = new Set(before === undefined ? [] : namesOf(before));
    const next = new Set(after === undefined ? [] : namesOf(after));
    for (const name of old) if (!next.has(name)) difference.gone.push([name, key]);
    for (const name of next) if (!old.has(name)) difference.come.push([name, key]);
  }
  return difference;
}

function requireStorable(key: string): void {
  if (isStorableKey(toStorable(key))) return;
  const name = `${JSON.stringify(key.slice(0, 80))}…`;
  throw new ReelError('invalid-input', `The key ${name} is too long: a database holds keys of up to 2000 bytes.`, {
    stage: 'recording',
  });
}
