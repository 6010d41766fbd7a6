import { backoffDelayMs } from '#lib/base/backoff.ts';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { realTarget } from '#lib/base/disk/paths.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { SqliteAccess } from './sqlite-access.ts';
import { sqliteError } from './sqlite-error.server.ts';
import { SqliteFile, type SqliteFileOptions } from './sqlite-file.server.ts';

export interface SqliteDatabaseOptions extends SqliteFileOptions {
  clock?: Clock | undefined;
  /** How long a write waits for other processes before it rejects as `busy`; default 30 s. */
  lockTimeoutMs?: number | undefined;
}

/** A database file, opened when it is first used, and again when it was replaced. */
export class SqliteDatabase implements SqliteAccess {
  readonly kind = 'sqlite';
  readonly name: string;
  readonly clock: Clock;
  readonly #path: string;
  readonly #options: SqliteDatabaseOptions;
  #file: SqliteFile | undefined;

  /** @param path absolute */
  constructor(path: string, options: SqliteDatabaseOptions = {}) {
    this.#path = path;
    this.name = `sqlite:${path}`;
    this.clock = options.clock ?? systemClock;
    this.#options = options;
  }

  read<T>(work: (file: SqliteFile) => T): T {
    try {
      return work(this.#current());
    } catch (error) {
      throw sqliteError(error, this.#path);
    }
  }

  async write<T>(work: (file: SqliteFile) => T): Promise<T> {
    // In one turn with the transaction: another write of this process has the same connection.
    return this.#whenFree((file) => inTransaction(file, work));
  }

  async exclusively<T>(work: (file: SqliteFile) => Promise<T>): Promise<T> {
    const other = new SqliteDatabase(this.#path, this.#options);
    try {
      const file = await other.#whenFree((one) => one);
      const result = await work(file);
      file.commit();
      return result;
    } catch (error) {
      throw sqliteError(error, this.#path);
    } finally {
      other.close();
    }
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  /** Begins a transaction once no other process is writing, and runs `use` in the same turn. */
  async #whenFree<T>(use: (file: SqliteFile) => T): Promise<T> {
    const { lockTimeoutMs = 30_000 } = this.#options;
    const deadlineMs = this.clock.now() + lockTimeoutMs;
    for (let failures = 1; ; failures += 1) {
      const done = this.read((file) => (file.tryBegin() ? { result: use(file) } : undefined));
      if (done) return done.result;
      if (this.clock.now() >= deadlineMs) {
        const message = `Another process has kept the database ${this.#path} locked for more than ${lockTimeoutMs} ms.`;
        throw new ReelError('busy', `${message} Try again later.`, { stage: 'recording' });
      }
      await this.clock.wait(backoffDelayMs(failures, { baseMs: 2, maxMs: 5 }, this.clock));
    }
  }

  #current(): SqliteFile {
    if (this.#file && !this.#file.isCurrent) this.close();
    this.#file ??= new SqliteFile(realTarget(this.#path), this.#options);
    return this.#file;
  }
}

function inTransaction<T>(file: SqliteFile, work: (file: SqliteFile) => T): T {
  try {
    const result = work(file);
    file.commit();
    return result;
  } catch (error) {
    file.rollBack();
    throw error;
  }
}
