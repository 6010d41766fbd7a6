import { randomUUID } from 'node:crypto';
import { assertMayBegin, type JsonBeside, reserveJson } from '../move/json-guard.server.ts';
import { assertInUse, parseTransfer } from '../move/transfer.ts';
import type { Changes, ListQuery, LocalRecordStore, RecordPart, RecordQuery } from '../record-store.ts';
import { cursorOf, revisionOf } from '../sql/cursor.ts';
import { entriesOf } from '../sql/entries.ts';
import { GroupTrial } from '../sql/group-trial.ts';
import { stampToBuild } from '../sql/lists.ts';
import { needsOf } from '../sql/needs.ts';
import { readRow } from '../sql/read-row.ts';
import { RowCache } from '../sql/row-cache.ts';
import type { PartRow, StoredRow } from '../sql/rows.ts';
import { type MarkChange, type MarkedStore, markOfPart, type StoreMark } from '../store-mark.server.ts';
import { type PendingUpdate, type Settle, UpdateQueue } from '../update-queue.ts';
import type { SqliteAccess } from './sqlite-access.ts';
import type { SqliteConnection } from './sqlite-connection.ts';
import { readTotal, readTotals } from './sqlite-entries.server.ts';
import { SqliteList } from './sqlite-list.ts';
import { buildLists, readListPage } from './sqlite-lists.server.ts';
import {
  createPart,
  findPage,
  load,
  readChanged,
  readChangedKeys,
  readDeleted,
  readPart,
  readRecord,
  write,
  writeMarkRow,
} from './sqlite-rows.server.ts';

const NONE: readonly never[] = Object.freeze([]);
const PAGE = 200;
/** Updates in one transaction, so that none of them holds the lock for long. */
const MOST_IN_GROUP = 500;

/** Of the records of one part in an SQLite database. `update` rejects as `SqliteAccess.write`. */
export type SqliteStore<R> = LocalRecordStore<R> & MarkedStore;

/** @param jsonPath where the part would keep its records without a database */
export function createSqliteStore<R extends object>(
  database: SqliteAccess,
  part: RecordPart<R>,
  jsonPath: string,
): SqliteStore<R> {
  const rows = new SqlitePart(database, part, jsonPath);
  const queue = new UpdateQueue<R>((take) => rows.commit(take), MOST_IN_GROUP);
  return {
    get: async (key) => rows.get(key),
    getSync: (key) => rows.get(key),
    listSync: () => rows.list(),
    total: async (name) => rows.total(name),
    totalSync: (name) => rows.total(name),
    totals: (prefix) => rows.totals(prefix),
    find: (query) => rows.find(query),
    page: (list, query) => rows.page(list, query),
    count: async () => rows.read((_file, own) => own?.records ?? 0),
    update: (key, mutate, needs) => queue.update(key, mutate, needs),
    changes: async (since) => rows.changes(since),
    readMark: async () => rows.mark(),
    updateMark: (change) => rows.updateMark(change),
  };
}

class SqlitePart<R extends object> {
  readonly #database: SqliteAccess;
  readonly #part: RecordPart<R>;
  readonly #beside: JsonBeside;
  readonly #cache = new RowCache<R>();
  readonly #list = new SqliteList<R>();
  #isReserved = false;

  constructor(database: SqliteAccess, part: RecordPart<R>, jsonPath: string) {
    this.#database = database;
    this.#part = part;
    this.#beside = { part: part.name, jsonPath, here: database.name, needsFolder: part.needsFolder };
  }

  /** @param work gets the part, if it has ever had records here */
  read<T>(work: (file: SqliteConnection, own: PartRow | undefined) => T): T {
    return this.#database.read((file) => work(file, this.#ownOf(file)));
  }

  get(key: string): R | undefined {
    return this.read((file, own) => {
      const row = own && readRecord(file, this.#part.name, key);
      return row && this.#recordOf(own, row);
    });
  }

  list(): readonly R[] {
    return this.read((file, own) => {
      if (!own) return NONE;
      const { name } = this.#part;
      const read = (revision: number) => ({
        deleted: readDeleted(file, name, revision),
        rows: readChanged(file, name, revision),
      });
      return this.#list.list(own, read, (row) => this.#recordOf(own, row));
    });
  }

  async *find({ limit = Number.POSITIVE_INFINITY, after, ...query }: RecordQuery = {}): AsyncGenerator<R> {
    let [left, last] = [limit, after];
    while (left > 0) {
      // No statement stays open while the caller works: an open reader keeps the write-ahead log from being cut.
      const page = this.#page({ ...query, after: last }, Math.min(left, PAGE));
      for (const { record } of page) yield record;
      if (page.length < PAGE) return;
      left -= page.length;
      last = page.at(-1)?.key;
    }
  }

  total(name: string): number {
    return this.read((file, own) => (own ? Number(readTotal(file, this.#part.name, name)) : 0));
  }

  async page(list: string, query: ListQuery): Promise<readonly R[]> {
    const read = (file: SqliteConnection, own: PartRow) =>
      readListPage(file, this.#part.name, list, query).map((row) => this.#recordOf(own, row));
    return (await this.#listed(read)) ?? NONE;
  }

  async totals(prefix: string): Promise<ReadonlyMap<string, number>> {
    return (await this.#listed((file) => readTotals(file, this.#part.name, prefix))) ?? new Map();
  }

  changes(since: string | undefined): Changes {
    return this.read((file, own) => {
      // No cursor of this one ever fits.
      if (!own) return { keys: since === undefined ? [] : 'all', cursor: 'none' };
      const revision = since === undefined ? own.revision : revisionOf(since, own);
      if (revision === undefined) return { keys: 'all', cursor: cursorOf(own) };
      const { changed, deleted } = readChangedKeys(file, this.#part.name, revision);
      return { keys: [...changed, ...deleted], cursor: cursorOf(own) };
    });
  }

  mark(): StoreMark | undefined {
    return this.read((_file, own) => markOfPart(own));
  }

  async updateMark(change: MarkChange): Promise<void> {
    await this.#begin();
    await this.#database.exclusively(async (file) => {
      const own = this.#ownOf(file);
      const mark = markOfPart(own);
      const next = await change(mark, own?.records === 0);
      if (next !== mark) writeMarkRow(file, this.#part.name, JSON.stringify(next));
    });
  }

  async commit(take: () => readonly PendingUpdate<R>[]): Promise<Settle[]> {
    await this.#begin();
    const { name, format } = this.#part;
    return this.#database.write((file) => {
      const own = this.#ownOf(file) ?? this.#create(file);
      const group = take();
      const trial = new GroupTrial<R>(
        format,
        load(file, name, own, needsOf(group), (row) => this.#recordOf(own, row)),
      );
      const settle = trial.apply(group, this.#database.clock.now());
      const writes = trial.writes();
      if (!writes) return settle;
      const revision = write(file, name, writes, format);
      // Of no use if the transaction fails: no row will have this revision and another content.
      for (const { key, record } of writes.records) this.#cache.put(key, versionOf(own, revision), record);
      return settle;
    });
  }

  /** Reads what is kept of lists and totals, which are built first where they are not of this version. */
  async #listed<T>(read: (file: SqliteConnection, own: PartRow) => T): Promise<T | undefined> {
    const { name, format } = this.#part;
    const ready = this.read((file, own) =>
      own && stampToBuild(format, own) !== undefined ? 'not built' : own && { is: read(file, own) },
    );
    if (ready !== 'not built') return ready?.is;
    return this.#database.write((file) => {
      const own = this.#ownOf(file);
      const stamp = own && stampToBuild(format, own);
      if (stamp !== undefined) buildLists(file, name, stamp, (found) => entriesOf(format, found, this.#where));
      return own && read(file, own);
    });
  }

  get #where(): string {
    return `the records of ${this.#part.name} in ${this.#database.name}`;
  }

  #page(query: RecordQuery, limit: number): Array<{ key: string; record: R }> {
    return this.read((file, own) => {
      if (!own) return [];
      const rows = findPage(file, this.#part.name, query, limit);
      return rows.map((row) => ({ key: row.key, record: this.#recordOf(own, row) }));
    });
  }

  #recordOf(own: PartRow, { key, revision, content }: StoredRow): R {
    const read = () => readRow(content, key, this.#where, this.#part.format);
    return this.#cache.take(key, versionOf(own, revision), read);
  }

  /** @returns undefined: no records have been stored here yet. @throws ReelError `config` if they are somewhere else */
  #ownOf(file: SqliteConnection): PartRow | undefined {
    const own = readPart(file, this.#part.name);
    if (own) assertInUse(this.#part.name, this.#database.name, parseTransfer(own.transfer));
    else assertMayBegin(this.#beside);
    return own;
  }

  #create(file: SqliteConnection): PartRow {
    const id = randomUUID();
    createPart(file, this.#part.name, id);
    return { id, revision: 0, records: 0, transfer: undefined, mark: undefined, lists: undefined };
  }

  /** Before the first write: from then on no process may begin another store in the JSON file. */
  async #begin(): Promise<void> {
    if (this.#isReserved) return;
    await this.#database.write((file) => this.#ownOf(file) ?? this.#create(file));
    await reserveJson(this.#beside);
    this.#isReserved = true;
  }
}

function versionOf({ id }: PartRow, revision: number): string {
  return `${id}:${revision}`;
}
