import { constants } from 'node:os';
import { type ErrorStage, isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { errnoOf } from './errno.ts';

/** What is full, in words, and what helps. */
const FULL: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full: no space left to write',
  EDQUOT: 'Your storage quota is used up: no space left to write',
  EFBIG: 'The drive cannot hold a file this large (FAT32 ends at 4 GiB); no space to write',
};
/** Why writing is not allowed, and what helps. */
const DENIED: Readonly<Record<string, string>> = {
  EACCES: 'Check the permissions of the file and its folder, or choose another folder.',
  EPERM: 'Check the permissions of the file and its folder, or choose another folder.',
  EROFS: 'The drive is read-only: choose another folder, or mount it for writing.',
};
/** What else has a plain remedy. */
const OTHERS: Readonly<Record<string, string>> = {
  ENAMETOOLONG: 'its name or path is too long. Use a shorter name, or a folder nearer to the root',
  EBUSY: 'another program is using it. Close that program, then try again',
  ETXTBSY: 'another program is using it. Close that program, then try again',
  ENOTDIR: 'a part of its path is a file, not a folder. Correct the path',
  EMFILE: 'this process has too many open files. Try again in a moment',
  ENFILE: 'the system has too many open files. Try again in a moment',
};

/** A mount point cannot be replaced by a rename, and a rename cannot cross file systems. */
function isRefusedRename(error: unknown): boolean {
  const errno = errnoOf(error);
  const isRename = typeof error === 'object' && error !== null && 'syscall' in error && error.syscall === 'rename';
  return isRename && (errno === 'EBUSY' || errno === 'EXDEV');
}

/** Turns a file system error into `disk-full`, `disk-denied` or `disk`; a ReelError passes through unchanged. */
export function diskError(
  error: unknown,
  path: string,
  stage: ErrorStage = 'recording',
  action: 'read' | 'write' = 'write',
): ReelError {
  if (isReelError(error)) return error;
  const errno = nameOf(error);
  const options = { stage, cause: error };
  const full = FULL[errno];
  if (full !== undefined) {
    return new ReelError('disk-full', `${full} ${path} (${errno}). Free some space, then run it again.`, options);
  }
  const denied = DENIED[errno];
  if (denied !== undefined) {
    return new ReelError('disk-denied', `Not allowed to ${action} ${path} (${errno}). ${denied}`, options);
  }
  if (isRefusedRename(error)) {
    const why = 'it cannot be replaced by a rename, as a file that is mounted by itself (Docker: -v file:file) cannot';
    return new ReelError('disk', `Could not ${action} ${path} (${errno}): ${why}. Mount its folder instead.`, options);
  }
  const other = OTHERS[errno];
  if (other !== undefined) return new ReelError('disk', `Could not ${action} ${path} (${errno}): ${other}.`, options);
  return new ReelError(
    'disk',
    `Could not ${action} ${path}: ${messageOf(error)}. Check the disk, then run it again.`,
    options,
  );
}

/** Node has no name for a used-up quota: its code is then `Unknown system error -122`. '' for what is no such error. */
function nameOf(error: unknown): string {
  const isQuota =
    typeof error === 'object' && error !== null && 'errno' in error && error.errno === -constants.errno.EDQUOT;
  return isQuota ? 'EDQUOT' : (errnoOf(error) ?? '');
}
