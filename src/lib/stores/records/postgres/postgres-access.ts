import type { Clock } from '#lib/base/clock.ts';

/** The values of a row; `bigint` and `numeric` arrive as text. */
export type Row = Record<string, unknown>;

/** One connection, within a transaction. @throws the driver's errors */
export interface PostgresConnection {
  query(sql: string, values?: unknown[]): Promise<Row[]>;
}

/** What a store needs of its database. */
export interface PostgresAccess {
  /** As a person recognises it; without user, password and options. */
  readonly name: string;
  readonly clock: Clock;
  /** Runs one statement that only reads; repeated where the connection was lost. @throws ReelError */
  read(sql: string, values?: unknown[]): Promise<Row[]>;
  /**
   * Runs `work` in one transaction and commits it. Lost connections are replaced, and `work` is called again where certainly
   * nothing was stored.
   * @param lock a query for one row that `for update` locks, without parameters
   * @throws ReelError; what `work` rejects with
   */
  transact<T>(lock: string, work: (connection: PostgresConnection, row: Row | undefined) => Promise<T>): Promise<T>;
  /** As `transact`, but called once, and over a connection of its own: for work that reads the records in between. */
  transactAlone<T>(
    lock: string,
    work: (connection: PostgresConnection, row: Row | undefined) => Promise<T>,
  ): Promise<T>;
}
