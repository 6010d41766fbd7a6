import type { Clock } from '#lib/base/clock.ts';
import type { RenameStep } from '#lib/base/disk/durable-publish.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { ReelError } from '#lib/base/errors.ts';

/** A virus scanner or an indexer that has just opened the file refuses these for a moment on Windows, and only there. */
const IN_USE: ReadonlySet<string | undefined> = new Set(['EPERM', 'EACCES', 'EBUSY']);
const WAITS_MS = [50, 100, 200, 400, 800, 1600, 3200];

/**
 * Renames, and on Windows tries again while another program has the file open.
 * @throws ReelError `busy` when it stays so: the finished part file is kept
 */
export function patientRename(clock: Clock, platform: string = process.platform): RenameStep {
  return async (rename) => {
    for (const waitMs of [...WAITS_MS, undefined]) {
      try {
        return rename();
      } catch (error) {
        if (platform !== 'win32' || !IN_USE.has(errnoOf(error))) throw error;
        if (waitMs === undefined) throw inUse(error);
        await clock.wait(waitMs);
      }
    }
  };
}

function inUse(cause: unknown): ReelError {
  const message =
    'Another program, such as a virus scanner, keeps the new video open. It is complete; try again later.';
  return new ReelError('busy', message, { stage: 'recording', cause });
}
