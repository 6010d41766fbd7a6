import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { makeFolder } from '#lib/base/disk/durable-create.server.ts';
import { sqlite } from '#lib/base/disk/sqlite.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import { networkFileSystemOf } from './network-file-system.server.ts';
import { APPLICATION_ID, MIGRATIONS } from './schema.ts';
import type { Row, SqliteConnection, Value } from './sqlite-connection.ts';
import { isBusy } from './sqlite-error.server.ts';

/** How long SQLite itself waits for a lock that a reader needs: that of a recovery, or of a change of the schema. */
const BUSY_TIMEOUT_MS = 5000;
/** The -wal is cut to this after a checkpoint. */
const LARGEST_KEPT_WAL_BYTES = 16 * 1024 * 1024;
/** From this size on, a checkpoint that waits for the readers is made: the automatic ones give way to them. */
const LARGE_WAL_BYTES = 32 * 1024 * 1024;
/** How long that may hold up this process. */
const CHECKPOINT_TIMEOUT_MS = 200;
const OPEN_ATTEMPTS = 100;

export interface SqliteFileOptions {
  /** As `networkFileSystemOf`; for tests. */
  fileSystemOf?: ((folder: string) => string | undefined) | undefined;
  /** Opens the database; for tests. */
  open?: ((path: string) => DatabaseSync) | undefined;
}

/** One connection to a database file: made durable, checked and migrated. */
export class SqliteFile implements SqliteConnection {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #inode: string | undefined;
  readonly #statements = new Map<string, StatementSync>();
  #largeWalBytes = LARGE_WAL_BYTES;

  /** @throws ReelError `config`; SQLite's and the system's errors */
  constructor(path: string, { fileSystemOf = networkFileSystemOf, open = openWithTimeout }: SqliteFileOptions = {}) {
    this.path = path;
    refuseNetwork(path, fileSystemOf(existing(dirname(path))));
    makeFolder(dirname(path));
    this.#database = open(path);
    try {
      repeatWhileBusy(() => this.#prepare());
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.#inode = inodeOf(path);
  }

  /** Whether the file is still the one that was opened: what is written to a deleted file is lost. */
  get isCurrent(): boolean {
    return this.#inode !== undefined && this.#inode === inodeOf(this.path);
  }

  all(sql: string, ...values: Value[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  run(sql: string, ...values: Value[]): void {
    this.#statement(sql).run(...values);
  }

  /** Begins a transaction that may write, unless another process is writing: it never waits. */
  tryBegin(): boolean {
    this.#database.exec('pragma busy_timeout = 0');
    try {
      // A transaction that began by reading could not write any more once another process has written.
      this.#database.exec('begin immediate');
      return true;
    } catch (error) {
      if (isBusy(error)) return false;
      throw error;
    } finally {
      this.#database.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`);
    }
  }

  commit(): void {
    this.#database.exec('commit');
    this.#boundWal();
  }

  rollBack(): void {
    if (this.#database.isTransaction) this.#database.exec('rollback');
  }

  close(): void {
    this.#statements.clear();
    if (this.#database.isOpen) this.#database.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #prepare(): void {
    // First: the mode stays in the file, also in one that is another program's.
    this.#version();
    const mode = this.#pragma('journal_mode = wal');
    if (mode !== 'wal') {
      const advice = 'Use a folder on a local disk, or PostgreSQL.';
      throw wrong(`The database ${this.path} cannot use a write-ahead log (its journal mode is ${mode}). ${advice}`);
    }
    // "full" makes every commit durable before it returns; the default of this mode does not.
    this.#database.exec(`
      pragma synchronous = full;
      pragma journal_size_limit = ${LARGEST_KEPT_WAL_BYTES};
      pragma trusted_schema = off;
    `);
    this.#migrate();
  }

  #migrate(): void {
    if (this.#version() === MIGRATIONS.length) return;
    this.#database.exec('begin immediate');
    try {
      const version = this.#version();
      for (const migration of MIGRATIONS.slice(version)) this.#database.exec(migration);
      this.#database.exec(`pragma application_id = ${APPLICATION_ID}; pragma user_version = ${MIGRATIONS.length}`);
      this.#database.exec('commit');
    } catch (error) {
      this.rollBack();
      throw error;
    }
  }

  /** @throws ReelError `config` for a database of a newer Reelkeep, or of another program */
  #version(): number {
    const version = Number(this.#pragma('user_version'));
    const isOurs = this.#pragma('application_id') === APPLICATION_ID;
    const isEmpty = this.#database.prepare('select 1 from sqlite_schema').get() === undefined;
    if (!isOurs && !(isEmpty && version === 0)) {
      throw wrong(`${this.path} is a database of another program. Choose another path.`);
    }
    if (version <= MIGRATIONS.length) return version;
    const versions = `its schema has version ${version}, and this Reelkeep knows versions up to ${MIGRATIONS.length}`;
    throw wrong(`The database ${this.path} is of a newer Reelkeep: ${versions}. Nothing was changed. Update Reelkeep.`);
  }

  #pragma(text: string): unknown {
    return Object.values(this.#database.prepare(`pragma ${text}`).get() ?? {})[0];
  }

  #boundWal(): void {
    try {
      if (this.#walBytes() < this.#largeWalBytes) return;
      this.#database.exec(`pragma busy_timeout = ${CHECKPOINT_TIMEOUT_MS}`);
      this.#database.exec('pragma wal_checkpoint(truncate)');
    } catch {
      // The transaction is durable already; a later one tries again.
    }
    this.#database.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`);
    // Behind a reader of another program that does not end, every commit would wait.
    this.#largeWalBytes = LARGE_WAL_BYTES + this.#walBytes();
  }

  #walBytes(): number {
    return statSync(`${this.path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  }
}

function openWithTimeout(path: string): DatabaseSync {
  return new (sqlite().DatabaseSync)(path, { timeout: BUSY_TIMEOUT_MS });
}

function refuseNetwork(path: string, fileSystem: string | undefined): void {
  if (fileSystem === undefined) return;
  const why = `${path} lies on a network file system (${fileSystem}), where SQLite's locks fail and the database is damaged`;
  throw wrong(`${why}. Use a folder on a local disk, or PostgreSQL (REELKEEP_DATABASE=postgres://…).`);
}

function wrong(message: string): ReelError {
  return new ReelError('config', message, { stage: 'configuring' });
}

/** The folder, or the nearest one above it that exists. */
function existing(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : existing(dirname(folder));
}

function inodeOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev}:${stats.ino}`;
}

/** Several processes may open a new file at once, and a change of the journal mode does not wait for the others. */
function repeatWhileBusy(work: () => void): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      work();
      return;
    } catch (error) {
      if (!isBusy(error) || attempt === OPEN_ATTEMPTS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}
