import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { backoffDelayMs } from '#lib/base/backoff.ts';
import { type Clock, systemClock, throwIfAborted } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { diskError } from './disk-error.server.ts';

/**
 * A lock between processes (and within one) that the kernel releases when its holder dies: SQLite's write lock on an
 * otherwise empty database file. Lock files with a time stamp are not used: after `kill -9` they stay, and a holder
 * that was merely paused comes back to find a second holder.
 */
export interface FileLock {
  /** Safe to call twice. */
  release(): void;
}

export interface FileLockOptions {
  clock?: Clock;
  signal?: AbortSignal;
  /** How long to keep trying before `busy`; default 30 s. */
  timeoutMs?: number;
}

// SQLite's primary result codes (https://sqlite.org/rescode.html); extended codes carry them in the low byte.
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_NOTADB = 26;

/**
 * Takes the lock at once, or returns undefined when somebody holds it. Never blocks the event loop.
 * @param path of the lock file, in a folder that exists; the file stays when the lock is released, and may be deleted
 *   only while nobody works
 * @throws ReelError `disk-denied` or `disk` when the lock file cannot be made or is something else
 */
export function tryFileLock(path: string): FileLock | undefined {
  const attempt = openLockFile(path);
  let lock: FileLock | undefined;
  try {
    lock = attempt.take();
    return lock;
  } finally {
    if (!lock) attempt.close();
  }
}

/**
 * Takes the lock, trying again every 1 to 5 ms: the holder may want it again within microseconds of its release, so
 * whoever asks more seldom may wait for seconds.
 * @throws ReelError `busy` after `timeoutMs`, `aborted` by the signal, `disk*` when the lock file cannot be made
 */
export async function acquireFileLock(path: string, options: FileLockOptions = {}): Promise<FileLock> {
  const { clock = systemClock, signal, timeoutMs = 30_000 } = options;
  const deadlineMs = clock.now() + timeoutMs;
  throwIfAborted(signal);
  const attempt = openLockFile(path);
  let lock: FileLock | undefined;
  try {
    for (let failures = 1; ; failures += 1) {
      lock = attempt.take();
      if (lock) return lock;
      if (clock.now() >= deadlineMs) {
        throw new ReelError('busy', `Another process has held ${path} for more than ${timeoutMs} ms. Try again later.`);
      }
      await clock.wait(backoffDelayMs(failures, { baseMs: 2, maxMs: 5 }, clock), signal);
    }
  } finally {
    if (!lock) attempt.close();
  }
}

interface LockAttempt {
  /** The lock, if it is free now; may be called again. */
  take(): FileLock | undefined;
  close(): void;
}

function openLockFile(path: string): LockAttempt {
  let database: DatabaseSync;
  try {
    // timeout 0: SQLite's own waiting would sleep on the event loop's thread.
    database = new DatabaseSync(path, { timeout: 0 });
  } catch (error) {
    throw lockFileError(error, path);
  }
  return {
    close: () => database.close(),
    take() {
      try {
        // Without a journal in memory, each lock would create a journal file, and need a disk that is not full.
        database.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE');
        return lockOf(database);
      } catch (error) {
        const reason = sqliteCodeOf(error);
        if (reason === SQLITE_BUSY || reason === SQLITE_LOCKED) return undefined;
        throw lockFileError(error, path);
      }
    },
  };
}

function sqliteCodeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** SQLite says only "unable to open": ask the file system why. By `access`, since opening the file would break locks. */
function lockFileError(error: unknown, path: string): ReelError {
  if (sqliteCodeOf(error) === SQLITE_NOTADB) {
    return new ReelError('disk', `${path} is not a lock file of ours. Delete it or move it away, then run it again.`, {
      stage: 'recording',
      cause: error,
    });
  }
  try {
    accessSync(dirname(path), constants.W_OK);
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
  } catch (reason) {
    return diskError(reason, path);
  }
  return diskError(error, path);
}

/** A database that the garbage collector finds unused is closed, and its lock with it: so each is kept until released. */
const held = new Set<DatabaseSync>();

function lockOf(database: DatabaseSync): FileLock {
  held.add(database);
  return {
    release() {
      if (held.delete(database)) database.close();
    },
  };
}
