import { join } from 'node:path';
import { type FileLock, tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { ReelError } from '#lib/base/errors.ts';

/**
 * For work on a whole project: saving all, deleting, restoring. The kernel releases it when its holder is killed.
 * @throws ReelError `busy` while other such work is under way, in this process or another
 */
export function lockProject(root: string, projectId: string): FileLock {
  const lock = tryFileLock(join(root, `.media.${projectId}.lock.db`));
  if (lock) return lock;
  const message = `Project ${projectId} is being saved, deleted or restored by another call. Wait until it ends.`;
  throw new ReelError('busy', message, { stage: 'recording' });
}
