import { type ErrorStage, isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { errnoOf } from './errno.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const DENIED = new Set(['EACCES', 'EPERM', 'EROFS']);

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
  const errno = errnoOf(error);
  const options = { stage, cause: error };
  if (errno !== undefined && FULL.has(errno)) {
    return new ReelError(
      'disk-full',
      `No space left to write ${path} (${errno}). Free some space, then run it again.`,
      options,
    );
  }
  if (errno !== undefined && DENIED.has(errno)) {
    const advice = 'Check the permissions of the file and its folder, or choose another folder.';
    return new ReelError('disk-denied', `Not allowed to ${action} ${path} (${errno}). ${advice}`, options);
  }
  if (isRefusedRename(error)) {
    const why = 'it cannot be replaced by a rename, as a file that is mounted by itself (Docker: -v file:file) cannot';
    return new ReelError('disk', `Could not ${action} ${path} (${errno}): ${why}. Mount its folder instead.`, options);
  }
  return new ReelError(
    'disk',
    `Could not ${action} ${path}: ${messageOf(error)}. Check the disk, then run it again.`,
    options,
  );
}
