import { closeSync, constants, fsyncSync, linkSync, lstatSync, openSync, renameSync } from 'node:fs';
import { copyFile, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf } from './errno.ts';
import { removeAbandonedTemporaries, temporaryPathFor } from './paths.server.ts';

/** exFAT and FAT, some network and FUSE file systems; EPERM also where Linux protects a file that belongs to somebody else. */
const WITHOUT_HARD_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES']);

/** Whether `addNameSync` failed because this file cannot have a second name; a copy is then the way. */
export function isWithoutHardLinks(error: unknown): boolean {
  const isLink = typeof error === 'object' && error !== null && 'syscall' in error && error.syscall === 'link';
  return isLink && WITHOUT_HARD_LINKS.has(errnoOf(error) ?? '');
}

/**
 * Gives a file a second name in the same folder, durable before this returns. A file that already has this name keeps it,
 * unless `replaces` says that it may lose it: then whoever opens the name sees the one file or the other.
 * @throws the file system's error; see `isWithoutHardLinks`
 */
export function addNameSync(path: string, name: string, { replaces = false }: { replaces?: boolean } = {}): void {
  if (isSameFile(path, name)) return;
  if (replaces) {
    const temporary = temporaryPathFor(name);
    linkSync(path, temporary);
    renameSync(temporary, name);
    // Of a process that was killed between the two.
    removeAbandonedTemporaries(name);
  } else {
    linkSync(path, name);
  }
  syncFolderSync(dirname(name));
}

/** A whole, durable copy under a temporary name, for a file system without hard links. */
export async function copyDurably(path: string, temporary: string): Promise<void> {
  await copyFile(path, temporary, constants.COPYFILE_EXCL);
  const handle = await open(temporary, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The rename that publishes such a copy, durable before this returns. */
export function renameDurablySync(path: string, newPath: string): void {
  renameSync(path, newPath);
  syncFolderSync(dirname(newPath));
}

/** Whether both names lead to one plain file. */
export function isSameFile(path: string, other: string): boolean {
  const identity = identityOf(path);
  return identity !== undefined && identity === identityOf(other);
}

/** Whether this is a plain file with more than one name. */
export function hasSeveralNames(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.nlink > 1;
}

/** Differs for any other file, and after any write to this one; undefined where no plain file has that name. */
export function identityOf(path: string): string | undefined {
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  return found?.isFile() ? [found.dev, found.ino, found.size, found.mtimeNs].join(':') : undefined;
}

// Some network and FUSE file systems cannot sync a folder at all.
const UNSUPPORTED = new Set(['EINVAL', 'ENOTSUP', 'EBADF']);

function syncFolderSync(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } catch (error) {
    if (!UNSUPPORTED.has(errnoOf(error) ?? '')) throw error;
  } finally {
    closeSync(descriptor);
  }
}
