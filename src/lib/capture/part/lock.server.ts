import { rm, stat } from 'node:fs/promises';
import { backoffDelayMs } from '#lib/base/backoff.ts';
import { type Clock, throwIfAborted } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { type FileLock, tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { ReelError } from '#lib/base/errors.ts';

export interface PartLockOptions {
  clock: Clock;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface PartLock {
  /** Releases the lock. `remove` also deletes its file, which is safe because a waiting process checks again. */
  release(remove: boolean): Promise<void>;
}

/**
 * The right to write a part file, against every process of the machine and every other call in this one. The kernel
 * takes it back from a killed process.
 * @throws ReelError `busy` after `timeoutMs`, `aborted`, `disk*`
 */
export async function acquirePartLock(path: string, options: PartLockOptions): Promise<PartLock> {
  const { clock, timeoutMs, signal } = options;
  const deadlineMs = clock.now() + timeoutMs;
  for (let failures = 1; ; failures += 1) {
    throwIfAborted(signal);
    const lock = await tryOnce(path);
    if (lock) return partLockOf(lock, path);
    if (clock.now() >= deadlineMs) {
      const waited = `Another download has been writing ${path.replace(/\.lock$/, '')} for ${timeoutMs} ms.`;
      throw new ReelError('busy', `${waited} Wait until it ends, then run it again.`, { stage: 'downloading' });
    }
    await clock.wait(backoffDelayMs(failures, { baseMs: 5, maxMs: 500 }, clock), signal);
  }
}

/**
 * Takes the lock only on a file that was there before and still is after. The former holder may have removed the file
 * between our opening and our locking it: then we hold a file without a name, and the next one locks another.
 */
async function tryOnce(path: string): Promise<FileLock | undefined> {
  const before = await fileId(path);
  const lock = tryFileLock(path);
  if (!lock) return undefined;
  const after = await fileId(path).catch((error: unknown) => {
    lock.release();
    throw error;
  });
  if (before !== undefined && before === after) return lock;
  lock.release();
  // The file is new: it is there now, so the next look decides.
  return before === undefined && after !== undefined ? tryOnce(path) : undefined;
}

/** Never by opening the file: closing any handle to it would drop the POSIX lock of this whole process. */
async function fileId(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw diskError(error, path, 'downloading');
  }
}

function partLockOf(lock: FileLock, path: string): PartLock {
  return {
    async release(remove) {
      // Before the release: afterwards the file may already be another process's lock.
      if (remove) await rm(path, { force: true }).catch(() => {});
      lock.release();
    },
  };
}
