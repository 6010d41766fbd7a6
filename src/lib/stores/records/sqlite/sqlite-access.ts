import type { Clock } from '#lib/base/clock.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

/** What a store needs of its database. */
export interface SqliteAccess {
  /** As `REELKEEP_DATABASE` names it. */
  readonly name: string;
  readonly clock: Clock;
  /** @throws ReelError */
  read<T>(work: (connection: SqliteConnection) => T): T;
  /**
   * Runs `work` in one transaction, once the write lock of the database is held; what it throws rolls back and rejects.
   * Waiting does not block this process. Resolves once everything is durable.
   * @param work synchronous, or others would read what is not committed
   * @throws ReelError `busy` after a time limit, `config`, `store-corrupt`, `disk-full`, `disk-denied`, `disk`
   */
  write<T>(work: (connection: SqliteConnection) => T): Promise<T>;
  /**
   * As `write`, for work that waits: over a connection of its own, since everything else of this process uses the other.
   * @throws ReelError as `write`, or what `work` rejects with
   */
  exclusively<T>(work: (connection: SqliteConnection) => Promise<T>): Promise<T>;
}
