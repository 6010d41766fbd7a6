import type { Pool, PoolClient } from 'pg';
import { backoffDelayMs } from '#lib/base/backoff.ts';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { redactUrl } from '#lib/base/redact.ts';
import { migrate } from './migrate.ts';
import type { PostgresAccess, PostgresConnection, Row } from './postgres-access.ts';
import { isAnswerLost, isConnectionLost, postgresError } from './postgres-error.ts';

export interface PostgresOptions {
  clock?: Clock | undefined;
  /** To connect, or to get a connection of the pool; default 10 s. */
  connectMs?: number | undefined;
  /** For one statement; default 30 s. */
  statementMs?: number | undefined;
  /** To wait for a lock: less than a lease lasts; default 20 s. */
  lockMs?: number | undefined;
  /** To wait for another process's migration; default 60 s. */
  migrationLockMs?: number | undefined;
  /** Connections of this process; default 5. */
  connections?: number | undefined;
}

type Limits = { [K in Exclude<keyof PostgresOptions, 'clock'>]-?: number };
type Work<T> = (connection: PostgresConnection, row: Row | undefined) => Promise<T>;

const ATTEMPTS = 5;
const BACKOFF = { baseMs: 50, maxMs: 1000 };
/** Looks at the outcome of a commit whose answer was lost, about 10 s long: the server may still be busy with it. */
const LOOKS = 14;

/**
 * A PostgreSQL server, connected to when it is first used. A connection that is lost, idle or in use, ends no process.
 * Everything works behind PgBouncer in transaction mode: nothing outlives its transaction, and no parameter is set when
 * connecting, since PgBouncer refuses those that it does not know.
 */
export class PostgresDatabase implements PostgresAccess {
  readonly kind = 'postgres';
  readonly name: string;
  readonly clock: Clock;
  readonly #url: string;
  readonly #limits: Limits;
  #pool: Promise<Pool> | undefined;
  #isMigrated: Promise<void> | undefined;

  constructor(url: string, { clock = systemClock, ...limits }: PostgresOptions = {}) {
    this.#url = url;
    this.name = redactUrl(url).replace(/\?…$/, '');
    this.clock = clock;
    this.#limits = {
      connectMs: limits.connectMs ?? 10_000,
      statementMs: limits.statementMs ?? 30_000,
      lockMs: limits.lockMs ?? 20_000,
      migrationLockMs: limits.migrationLockMs ?? 60_000,
      connections: limits.connections ?? 5,
    };
  }

  read(sql: string, values: unknown[] = []): Promise<Row[]> {
    return this.#repeatedly(async () => {
      const pool = await this.#ready();
      return this.#readOnce(await pool.connect(), sql, values);
    });
  }

  transact<T>(lock: string, work: Work<T>): Promise<T> {
    return this.#repeatedly(async () => {
      const pool = await this.#ready();
      return this.#inTransaction(await pool.connect(), lock, work);
    });
  }

  async transactAlone<T>(lock: string, work: Work<T>): Promise<T> {
    const other = await this.#openPool(1);
    try {
      await this.#ready();
      return await this.#inTransaction(await other.connect(), lock, work);
    } catch (error) {
      throw postgresError(error, this.name);
    } finally {
      await other.end();
    }
  }

  /** Closes every connection; the next use opens new ones. */
  async close(): Promise<void> {
    const pool = this.#pool;
    this.#pool = undefined;
    this.#isMigrated = undefined;
    await (await pool)?.end();
  }

  async #repeatedly<T>(work: () => Promise<T>): Promise<T> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await work();
      } catch (error) {
        if (!isConnectionLost(error) || failures === ATTEMPTS) throw postgresError(error, this.name);
      }
      await this.clock.wait(backoffDelayMs(failures, BACKOFF, this.clock));
    }
  }

  /** In a transaction: only there can the server be told a limit that holds behind PgBouncer, too. One round trip. */
  async #readOnce(client: PoolClient, sql: string, values: unknown[]): Promise<Row[]> {
    let failure: unknown;
    try {
      const [, found] = await Promise.all([
        client.query(`begin transaction read only; ${this.#limitsSql()}`),
        client.query<Row>(sql, values),
        client.query('commit'),
      ]);
      return found.rows;
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      client.release(failure !== undefined);
    }
  }

  async #inTransaction<T>(client: PoolClient, lock: string, work: Work<T>): Promise<T> {
    let xid: string | undefined;
    let done: { result: T } | undefined;
    let failure: unknown;
    try {
      const row = await this.#begin(client, lock);
      xid = typeof row?.xid === 'string' ? row.xid : undefined;
      done = { result: await work(connectionOf(client), row) };
      await client.query('commit');
      return done.result;
    } catch (error) {
      failure = error;
      if (!done || xid === undefined || !isAnswerLost(error)) throw error;
    } finally {
      // After an error the connection is closed, which rolls back what was not committed.
      client.release(failure !== undefined);
    }
    if (await this.#wasCommitted(xid)) return done.result;
    throw failure;
  }

  /** One round trip; the limits are those of this transaction only. @returns the locked row, with the transaction's `xid` */
  async #begin(client: PoolClient, lock: string): Promise<Row | undefined> {
    const results: unknown = await client.query(`
      begin isolation level read committed read write;
      ${this.#limitsSql()}
      select locked.*, pg_current_xact_id()::text as xid from (${lock}) as locked`);
    const last: unknown = Array.isArray(results) ? results.at(-1) : results;
    return rowsOf(last)[0];
  }

  /** Of the transaction that has just begun. */
  #limitsSql(): string {
    const { statementMs, lockMs } = this.#limits;
    return `
      set local lock_timeout = ${lockMs};
      set local statement_timeout = ${Math.max(statementMs, lockMs + 1000)};
      set local idle_in_transaction_session_timeout = ${statementMs};`;
  }

  /** @throws ReelError `network` where that cannot be found out */
  async #wasCommitted(xid: string): Promise<boolean> {
    for (let looks = 1; looks <= LOOKS; looks += 1) {
      const [row] = await this.read('select pg_xact_status($1::xid8) as status', [xid]);
      if (row?.status !== 'in progress') return row?.status === 'committed';
      await this.clock.wait(backoffDelayMs(looks, BACKOFF, this.clock));
    }
    const message = `The connection to ${this.name} was lost, and it is not known whether the change was stored.`;
    throw new ReelError('network', `${message} Look at the record, then try again.`, { stage: 'recording' });
  }

  /** Connected, and with the schema of this version. */
  async #ready(): Promise<Pool> {
    this.#pool ??= this.#openPool(this.#limits.connections);
    const pool = await this.#pool;
    this.#isMigrated ??= this.#migrate(pool).catch((error: unknown) => {
      this.#isMigrated = undefined;
      throw error;
    });
    await this.#isMigrated;
    return pool;
  }

  async #migrate(pool: Pool): Promise<void> {
    const client = await pool.connect();
    let failure: unknown;
    try {
      await migrate(connectionOf(client), this.name, this.#limits.migrationLockMs);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      client.release(failure !== undefined);
    }
  }

  async #openPool(most: number): Promise<Pool> {
    const { default: pg } = await import('pg');
    const pool = new pg.Pool({
      connectionString: this.#url,
      max: most,
      // What is sent together takes one round trip.
      pipeline: true,
      connectionTimeoutMillis: this.#limits.connectMs,
      // The client's own: a server that hangs does not end its statements.
      query_timeout: Math.max(this.#limits.statementMs, this.#limits.lockMs + 1000) + 1000,
      idleTimeoutMillis: 30_000,
      allowExitOnIdle: true,
      keepAlive: true,
      application_name: 'reelkeep',
    });
    // Without listeners, the error of a lost connection would end the process: of an idle one, and of one in use.
    pool.on('error', ignore);
    pool.on('connect', (client) => client.on('error', ignore));
    return pool;
  }
}

function connectionOf(client: PoolClient): PostgresConnection {
  return { query: async (sql, values) => (await client.query<Row>(sql, values)).rows };
}

function rowsOf(result: unknown): Row[] {
  if (typeof result !== 'object' || result === null || !('rows' in result)) return [];
  return Array.isArray(result.rows) ? result.rows : [];
}

function ignore(): void {}
