import type { PostgresAccess, PostgresConnection, Row } from '../postgres/postgres-access.ts';
import { partRow } from '../postgres/postgres-columns.ts';
import { lockPart, selectTotal } from '../postgres/postgres-rows.ts';
import { write } from '../postgres/postgres-writes.ts';
import type { RecordPart } from '../record-store.ts';
import type { PartRow } from '../sql/rows.ts';
import { fromStorable } from '../sql/storable-text.server.ts';
import { markOfPart, type StoreMark } from '../store-mark.server.ts';
import { arrivalsOf, inGroups } from './arrivals.ts';
import { assertNobodyWorks } from './held-records.server.ts';
import type { PartHome, RecordText } from './part-home.ts';
import { assertSameMove, parseTransfer, type Transfer } from './transfer.ts';

const PAGE = 500;
const TABLES = ['records', 'deleted', 'claims', 'tasks', 'places', 'totals'];

/** The records of a part in a PostgreSQL database. What was moved away stays there, and is not used any more. */
export function postgresHome<R>(part: RecordPart<R>, database: PostgresAccess): PartHome {
  return new PostgresHome(part, database);
}

class PostgresHome<R> implements PartHome {
  readonly name: string;
  readonly #part: RecordPart<R>;
  readonly #database: PostgresAccess;

  constructor(part: RecordPart<R>, database: PostgresAccess) {
    this.name = database.name;
    this.#part = part;
    this.#database = database;
  }

  async look() {
    const own = await this.#own();
    const transfer = parseTransfer(own?.transfer);
    return { exists: own !== undefined, records: own?.records ?? 0, transfer, arrivedBy: own?.id };
  }

  async freeze(transfer: Transfer): Promise<void> {
    await this.#locked(async (connection) => {
      const records: RecordText[] = [];
      for await (const record of pages((sql, values) => connection.query(sql, values), this.#part.name)) {
        records.push(record);
      }
      const [clock] = await connection.query('select extract(epoch from clock_timestamp()) * 1000 as now_ms');
      assertNobodyWorks(this.#part.name, records, Number(clock?.now_ms));
      await this.#setTransfer(connection, transfer);
    });
  }

  read(): AsyncIterable<RecordText> {
    return pages((sql, values) => this.#database.read(sql, values), this.#part.name);
  }

  async readMark(): Promise<StoreMark | undefined> {
    return markOfPart(await this.#own());
  }

  async fill(transfer: Transfer, records: AsyncIterable<RecordText>, mark: StoreMark | undefined): Promise<void> {
    const { name, format } = this.#part;
    await this.#locked(async (connection) => {
      await clear(connection, name);
      await connection.query('insert into reelkeep_parts (name, id, transfer, mark) values ($1, $2, $3, $4)', [
        ...[name, transfer.moveId, JSON.stringify(transfer), mark ? JSON.stringify(mark) : null],
      ]);
    });
    for await (const group of inGroups(records)) {
      const writes = arrivalsOf(format, group, `the records of ${name} from ${transfer.place}`);
      await this.#locked(async (connection, row) => {
        const own = partRow(row);
        assertSameMove(name, parseTransfer(own?.transfer), transfer.moveId);
        const lastSequence = Number(row?.last_sequence);
        if (own) await write(connection, name, { ...own, lastSequence }, writes, format);
      });
    }
  }

  async open(moveId: string): Promise<void> {
    await this.#locked(async (connection, row) => {
      assertSameMove(this.#part.name, parseTransfer(partRow(row)?.transfer), moveId);
      await this.#setTransfer(connection, undefined);
    });
  }

  async leave(transfer: Transfer): Promise<void> {
    await this.#locked((connection) => this.#setTransfer(connection, { ...transfer, state: 'moved' }));
  }

  async giveUp(moveId: string): Promise<void> {
    await this.#locked(async (connection, row) => {
      const transfer = parseTransfer(partRow(row)?.transfer);
      if (transfer?.moveId !== moveId) return;
      if (transfer.state === 'filling') await clear(connection, this.#part.name);
      else await this.#setTransfer(connection, undefined);
    });
  }

  async #own(): Promise<PartRow | undefined> {
    const [row] = await this.#database.read(...selectTotal(this.#part.name, ''));
    return partRow(row);
  }

  async #setTransfer(connection: PostgresConnection, transfer: Transfer | undefined): Promise<void> {
    const values = [this.#part.name, transfer ? JSON.stringify(transfer) : null];
    await connection.query('update reelkeep_parts set transfer = $2 where name = $1', values);
  }

  #locked(work: (connection: PostgresConnection, row: Row | undefined) => Promise<void>): Promise<void> {
    return this.#database.transact(lockPart(this.#part.name), work);
  }
}

async function clear(connection: PostgresConnection, part: string): Promise<void> {
  for (const table of TABLES) await connection.query(`delete from reelkeep_${table} where part = $1`, [part]);
  await connection.query('delete from reelkeep_parts where name = $1', [part]);
}

async function* pages(
  query: (sql: string, values: unknown[]) => Promise<Row[]>,
  part: string,
): AsyncGenerator<RecordText> {
  for (let sequence = -1; ; ) {
    const rows = await query(
      `select key, sequence, content from reelkeep_records where part = $1 and sequence > $2
       order by sequence limit ${PAGE}`,
      [part, sequence],
    );
    for (const row of rows) yield { key: fromStorable(String(row.key)), content: String(row.content) };
    const last = rows.at(-1);
    if (!last) return;
    sequence = Number(last.sequence);
  }
}
