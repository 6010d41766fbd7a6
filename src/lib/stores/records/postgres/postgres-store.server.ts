import { randomUUID } from 'node:crypto';
import { ReelError } from '#lib/base/errors.ts';
import { assertMayBegin, type JsonBeside, reserveJson } from '../move/json-guard.server.ts';
import { assertInUse, parseTransfer } from '../move/transfer.ts';
import type { Changes, ListQuery, RecordPart, RecordQuery, RecordStore } from '../record-store.ts';
import { cursorOf, revisionOf } from '../sql/cursor.ts';
import { entriesOf } from '../sql/entries.ts';
import { GroupTrial } from '../sql/group-trial.ts';
import { stampToBuild } from '../sql/lists.ts';
import { needsOf } from '../sql/needs.ts';
import { readRow } from '../sql/read-row.ts';
import { RowCache } from '../sql/row-cache.ts';
import type { PartRow, StoredRow, Writes } from '../sql/rows.ts';
import { type MarkChange, type MarkedStore, markOfPart, type StoreMark } from '../store-mark.server.ts';
import { type PendingUpdate, type Settle, UpdateQueue } from '../update-queue.ts';
import type { PostgresAccess, PostgresConnection, Row } from './postgres-access.ts';
import { keysOf, partRow, type Statement, storedRows } from './postgres-columns.ts';
import { buildLists, selectListPage, selectTotals, totalsOfRows } from './postgres-lists.ts';
import * as rows from './postgres-rows.ts';
import { write } from './postgres-writes.ts';

const PAGE = 200;
/** Updates in one transaction, so that none of them holds the lock for long. */
const MOST_IN_GROUP = 500;

/** Of the records of one part in a PostgreSQL database. `update` rejects as `PostgresAccess.transact`. */
export type PostgresStore<R> = RecordStore<R> & MarkedStore;

/**
 * Records in PostgreSQL, for any number of processes on any number of machines. An update costs a few round trips; those
 * that a process makes at the same time share them. All updates of one part take turns: that makes claims, totals and the
 * order of changes exact.
 * @param jsonPath where the part would keep its records without a database
 */
export function createPostgresStore<R extends object>(
  database: PostgresAccess,
  part: RecordPart<R>,
  jsonPath: string,
): PostgresStore<R> {
  const own = new PostgresPart(database, part, jsonPath);
  const queue = new UpdateQueue<R>((take) => own.commit(take), MOST_IN_GROUP);
  return {
    get: (key) => own.get(key),
    find: (query) => own.find(query),
    page: (list, query) => own.page(list, query),
    count: () => own.count(),
    total: (name) => own.total(name),
    totals: (prefix) => own.totals(prefix),
    update: (key, mutate, needs) => queue.update(key, mutate, needs),
    changes: (since) => own.changes(since),
    readMark: () => own.mark(),
    updateMark: (change) => own.updateMark(change),
  };
}

/** What a group of updates comes to, as of one revision of its part. */
interface Plan<R> {
  readonly own: PartRow;
  readonly settle: readonly Settle[];
  readonly writes: Writes<R> | undefined;
}

class PostgresPart<R extends object> {
  readonly #database: PostgresAccess;
  readonly #part: RecordPart<R>;
  readonly #beside: JsonBeside;
  readonly #cache = new RowCache<R>();
  #isReserved = false;

  constructor(database: PostgresAccess, part: RecordPart<R>, jsonPath: string) {
    this.#database = database;
    this.#part = part;
    this.#beside = { part: part.name, jsonPath, here: database.name, needsFolder: part.needsFolder };
  }

  async get(key: string): Promise<R | undefined> {
    const { own, found } = await this.#read(rows.selectRecord(this.#part.name, key));
    const [row] = storedRows(found);
    return own && row && this.#recordOf(own, row);
  }

  async *find({ limit = Number.POSITIVE_INFINITY, after, ...query }: RecordQuery = {}): AsyncGenerator<R> {
    let [left, last] = [limit, after];
    while (left > 0) {
      const most = Math.min(left, PAGE);
      const { own, found } = await this.#read(rows.selectPage(this.#part.name, { ...query, after: last }, most));
      const page = storedRows(found);
      if (own) for (const row of page) yield this.#recordOf(own, row);
      if (page.length < most) return;
      left -= page.length;
      last = page.at(-1)?.key;
    }
  }

  async count(): Promise<number> {
    return (await this.#read(rows.selectTotal(this.#part.name, ''))).own?.records ?? 0;
  }

  async total(name: string): Promise<number> {
    const { found } = await this.#read(rows.selectTotal(this.#part.name, name));
    return Number(found[0]?.amount ?? 0);
  }

  async page(list: string, query: ListQuery): Promise<R[]> {
    const { own, found } = await this.#readListed(selectListPage(this.#part.name, list, query));
    return own ? storedRows(found).map((row) => this.#recordOf(own, row)) : [];
  }

  async totals(prefix: string): Promise<ReadonlyMap<string, number>> {
    return totalsOfRows((await this.#readListed(selectTotals(this.#part.name, prefix))).found);
  }

  async changes(since: string | undefined): Promise<Changes> {
    // A first look costs nothing: no revision is that high.
    const { own } = await this.#read(rows.selectTotal(this.#part.name, ''));
    // No cursor of this one ever fits.
    if (!own) return { keys: since === undefined ? [] : 'all', cursor: 'none' };
    const revision = since === undefined ? own.revision : revisionOf(since, own);
    if (revision === undefined) return { keys: 'all', cursor: cursorOf(own) };
    if (revision === own.revision) return { keys: [], cursor: cursorOf(own) };
    const changed = await this.#read(rows.selectChangedKeys(this.#part.name, revision));
    return { keys: keysOf(changed.found), cursor: cursorOf(changed.own ?? own) };
  }

  async mark(): Promise<StoreMark | undefined> {
    return markOfPart((await this.#read(rows.selectTotal(this.#part.name, ''))).own);
  }

  async updateMark(change: MarkChange): Promise<void> {
    await this.#begin();
    const { name } = this.#part;
    await this.#database.transactAlone(rows.lockPart(name), async (connection, row) => {
      const own = this.#ownOf(row);
      const mark = markOfPart(own);
      const next = await change(mark, own?.records === 0);
      if (next === mark) return;
      await connection.query('update reelkeep_parts set mark = $2 where name = $1', [name, JSON.stringify(next)]);
    });
  }

  async commit(take: () => readonly PendingUpdate<R>[]): Promise<readonly Settle[]> {
    await this.#begin();
    const { name, format } = this.#part;
    let group: readonly PendingUpdate<R>[] | undefined;
    let plan: Plan<R> | undefined;
    const done = await this.#database.transact(rows.lockPart(name), async (connection, row) => {
      const own = this.#ownOf(row);
      if (!own) throw gone(name, this.#database.name);
      // The connection was lost before anything was stored. No mutator is called twice: only if nothing else was stored
      // since, what it made is still right.
      if (plan && (plan.own.id !== own.id || plan.own.revision !== own.revision)) throw overtaken(this.#database.name);
      // Once: on another connection, too, these are the updates that wait for an answer.
      group ??= take();
      plan ??= await this.#plan(connection, own, group);
      if (!plan.writes) return plan;
      const lastSequence = Number(row?.last_sequence);
      const revision = await write(connection, name, { ...own, lastSequence }, plan.writes, format);
      for (const written of plan.writes.records) this.#cache.put(written.key, versionOf(own, revision), written.record);
      return plan;
    });
    return done.settle;
  }

  async #plan(connection: PostgresConnection, own: PartRow, group: readonly PendingUpdate<R>[]): Promise<Plan<R>> {
    const { name, format } = this.#part;
    const recordOf = (row: StoredRow) => this.#recordOf(own, row);
    const { loaded, nowMs } = await rows.load(connection, name, own, needsOf(group), recordOf);
    const trial = new GroupTrial<R>(format, loaded);
    const settle = trial.apply(group, nowMs);
    return { own, settle, writes: trial.writes() };
  }

  async #read([sql, values]: readonly [string, unknown[]]): Promise<{ own: PartRow | undefined; found: Row[] }> {
    const found = await this.#database.read(sql, values);
    return { own: this.#ownOf(found[0]), found };
  }

  /** As `#read`, of lists and totals, which are built first where they are not of this version. */
  async #readListed(statement: Statement): Promise<{ own: PartRow | undefined; found: Row[] }> {
    const { name, format } = this.#part;
    const read = await this.#read(statement);
    if (!read.own || stampToBuild(format, read.own) === undefined) return read;
    return this.#database.transact(rows.lockPart(name), async (connection, row) => {
      const own = this.#ownOf(row);
      const stamp = own && stampToBuild(format, own);
      const build = (found: readonly StoredRow[]) => entriesOf(format, found, this.#where);
      if (stamp !== undefined) await buildLists(connection, name, stamp, build);
      return { own, found: await connection.query(...statement) };
    });
  }

  get #where(): string {
    return `the records of ${this.#part.name} in ${this.#database.name}`;
  }

  #recordOf(own: PartRow, { key, revision, content }: StoredRow): R {
    const read = () => readRow(content, key, this.#where, this.#part.format);
    return this.#cache.take(key, versionOf(own, revision), read);
  }

  /** @returns undefined: no records have been stored here yet. @throws ReelError `config` if they are somewhere else */
  #ownOf(row: Row | undefined): PartRow | undefined {
    const own = partRow(row);
    if (own) assertInUse(this.#part.name, this.#database.name, parseTransfer(own.transfer));
    else assertMayBegin(this.#beside);
    return own;
  }

  /** Before the first write: from then on no process may begin another store in the JSON file. */
  async #begin(): Promise<void> {
    if (this.#isReserved) return;
    const { name } = this.#part;
    const { own } = await this.#read(rows.selectTotal(name, ''));
    if (!own) {
      await this.#database.transact('select 1 as begun', (connection) =>
        connection.query('insert into reelkeep_parts (name, id) values ($1, $2) on conflict do nothing', [
          name,
          randomUUID(),
        ]),
      );
    }
    await reserveJson(this.#beside);
    this.#isReserved = true;
  }
}

function versionOf({ id }: PartRow, revision: number): string {
  return `${id}:${revision}`;
}

function gone(part: string, server: string): ReelError {
  const message = `The records of ${part} are gone from ${server}. Restore a copy of the database.`;
  return new ReelError('store-corrupt', message, { stage: 'recording' });
}

function overtaken(server: string): ReelError {
  const message = `The connection to ${server} was lost before the change was stored, and other changes were stored since.`;
  return new ReelError('network', `${message} Nothing was changed by this one. Try again.`, { stage: 'recording' });
}
