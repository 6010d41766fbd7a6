import type { RecordPart } from '../record-store.ts';
import type { PartRow } from '../sql/rows.ts';
import { fromStorable } from '../sql/storable-text.server.ts';
import type { SqliteAccess } from '../sqlite/sqlite-access.ts';
import type { SqliteConnection } from '../sqlite/sqlite-connection.ts';
import { readPart, write } from '../sqlite/sqlite-rows.server.ts';
import { markOfPart, type StoreMark } from '../store-mark.server.ts';
import { arrivalsOf, inGroups } from './arrivals.ts';
import { assertNobodyWorks } from './held-records.server.ts';
import type { PartHome, RecordText } from './part-home.ts';
import { assertSameMove, parseTransfer, type Transfer } from './transfer.ts';

const PAGE = 500;
const TABLES = ['records', 'deleted', 'claims', 'tasks', 'places', 'totals'];

/** The records of a part in an SQLite database. What was moved away stays there, and is not used any more. */
export function sqliteHome<R>(part: RecordPart<R>, database: SqliteAccess): PartHome {
  return new SqliteHome(part, database);
}

class SqliteHome<R> implements PartHome {
  readonly name: string;
  readonly #part: RecordPart<R>;
  readonly #database: SqliteAccess;

  constructor(part: RecordPart<R>, database: SqliteAccess) {
    this.name = database.name;
    this.#part = part;
    this.#database = database;
  }

  async look() {
    const own = this.#own();
    const transfer = parseTransfer(own?.transfer);
    return { exists: own !== undefined, records: own?.records ?? 0, transfer, arrivedBy: own?.id };
  }

  async freeze(transfer: Transfer): Promise<void> {
    await this.#database.write((connection) => {
      assertNobodyWorks(this.#part.name, allOf(connection, this.#part.name), this.#database.clock.now());
      this.#setTransfer(connection, transfer);
    });
  }

  async *read(): AsyncIterable<RecordText> {
    for (let sequence = -1; ; ) {
      const rows = this.#database.read((connection) => pageOf(connection, this.#part.name, sequence));
      yield* rows;
      const last = rows.at(-1);
      if (!last) return;
      sequence = last.sequence;
    }
  }

  async readMark(): Promise<StoreMark | undefined> {
    return markOfPart(this.#own());
  }

  async fill(transfer: Transfer, records: AsyncIterable<RecordText>, mark: StoreMark | undefined): Promise<void> {
    const { name, format } = this.#part;
    await this.#database.write((connection) => {
      clear(connection, name);
      const values = [name, transfer.moveId, JSON.stringify(transfer), mark ? JSON.stringify(mark) : null];
      connection.run('insert into reelkeep_parts (name, id, transfer, mark) values (?, ?, ?, ?)', ...values);
    });
    for await (const group of inGroups(records)) {
      const writes = arrivalsOf(format, group, `the records of ${name} from ${transfer.place}`);
      await this.#database.write((connection) => {
        assertSameMove(name, parseTransfer(readPart(connection, name)?.transfer), transfer.moveId);
        write(connection, name, writes, format);
      });
    }
  }

  async open(moveId: string): Promise<void> {
    await this.#database.write((connection) => {
      assertSameMove(this.#part.name, parseTransfer(readPart(connection, this.#part.name)?.transfer), moveId);
      this.#setTransfer(connection, undefined);
    });
  }

  async leave(transfer: Transfer): Promise<void> {
    await this.#database.write((connection) => this.#setTransfer(connection, { ...transfer, state: 'moved' }));
  }

  async giveUp(moveId: string): Promise<void> {
    await this.#database.write((connection) => {
      const transfer = parseTransfer(readPart(connection, this.#part.name)?.transfer);
      if (transfer?.moveId !== moveId) return;
      if (transfer.state === 'filling') clear(connection, this.#part.name);
      else this.#setTransfer(connection, undefined);
    });
  }

  #own(): PartRow | undefined {
    return this.#database.read((connection) => readPart(connection, this.#part.name));
  }

  #setTransfer(connection: SqliteConnection, transfer: Transfer | undefined): void {
    const text = transfer ? JSON.stringify(transfer) : null;
    connection.run('update reelkeep_parts set transfer = ? where name = ?', text, this.#part.name);
  }
}

function clear(connection: SqliteConnection, part: string): void {
  for (const table of TABLES) connection.run(`delete from reelkeep_${table} where part = ?`, part);
  connection.run('delete from reelkeep_parts where name = ?', part);
}

function pageOf(connection: SqliteConnection, part: string, sequence: number) {
  const sql = `select key, sequence, content from reelkeep_records where part = ? and sequence > ?
    order by sequence limit ${PAGE}`;
  return connection.all(sql, part, sequence).map((row) => ({
    key: fromStorable(String(row.key)),
    content: String(row.content),
    sequence: Number(row.sequence),
  }));
}

function* allOf(connection: SqliteConnection, part: string): Iterable<RecordText> {
  for (let sequence = -1; ; ) {
    const rows = pageOf(connection, part, sequence);
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    sequence = last.sequence;
  }
}
