import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { backoffDelayMs } from '#lib/base/backoff.ts';
import { type Clock, systemClock, throwIfAborted } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { diskError } from './disk-error.server.ts';
import { sqlite } from './sqlite.server.ts';

/**
 * A lock between processes (and within one) that the kernel releases when its holder dies: SQLite's write lock on an
 * otherwise empty database file. Lock files with a time stamp are not used: they remain after `kill -9`, and a holder that
 * was only paused resumes next to a second holder.
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
 * Takes the lock at once, or returns undefined if it is held. Never blocks the event loop.
 * @param path of the lock file, in an existing folder; the file remains when the lock is released, and may only be deleted
 *   while no process is using it
 * @throws ReelError `disk-denied` or `disk` if the lock file cannot be created or is not a lock file
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
 * Takes the lock, retrying every 1 to 5 ms: the holder may take it again within microseconds of its release, so a slower
 * retry could wait for seconds.
 * @throws ReelError `busy` after `timeoutMs`, `aborted` by the signal, `disk*` if the lock file cannot be created
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
    // timeout 0: SQLite's own wait would block the event loop.
    database = new (sqlite().DatabaseSync)(path, { timeout: 0 });
  } catch (error) {
    throw lockFileError(error, path);
  }
  return {
    close: () => database.close(),
    take() {
      try {
        // With a journal on disk, each lock would create a file, and fail on a full disk.
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

/** SQLite only reports "unable to open": find out why with `access`, since opening the file would break locks. */
function lockFileError(error: unknown, path: string): ReelError {
  if (sqliteCodeOf(error) === SQLITE_NOTADB) {
    return new ReelError('disk', `${path} is not a Reelkeep lock file. Delete or move it, then run it again.`, {
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

/** Garbage collection would close an unreferenced database and release its lock, so each is kept until released. */
const held = new Set<DatabaseSync>();

function lockOf(database: DatabaseSync): FileLock {
  held.add(database);
  return {
    release() {
      if (held.delete(database)) database.close();
    },
  };
}
