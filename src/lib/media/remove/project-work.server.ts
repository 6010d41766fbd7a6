import { type Clock, systemClock } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { assertProjectId } from '#lib/media/names/project-id.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { lockProject } from '#lib/media/root/project-lock.server.ts';
import { finishRestoring } from './bring-back.server.ts';
import { emptyTrash } from './trash.server.ts';
import { finishTrashing } from './trashing.server.ts';

export interface DeleteOptions {
  /** Only count. */
  dryRun?: boolean | undefined;
  library?: MediaLibrary | undefined;
  clock?: Clock | undefined;
}

type OpenLibrary = (library: MediaLibrary | undefined) => Promise<MediaLibrary>;

/** What a deletion takes, or has taken. */
export interface DeletedSize {
  items: number;
  files: number;
  bytes: number;
}

/**
 * Work on a project that nobody else saves, deletes or restores meanwhile.
 * @param options.bringsBack id of an item that is the work's
 * @param options.open makes the library, or finds the one that is there
 * @throws ReelError `busy`; what `open` and `work` throw
 */
export async function withProject<T>(
  projectId: string,
  { clock = systemClock, open, bringsBack, ...options }: DeleteOptions & { open: OpenLibrary; bringsBack?: string },
  work: (library: MediaLibrary, clock: Clock) => Promise<T>,
): Promise<T> {
  assertProjectId(projectId);
  const library = await open(options.library);
  const lock = lockProject(library.root, projectId);
  try {
    if (!options.dryRun) {
      await finishTrashing(library, projectId);
      await finishRestoring(library, projectId, clock, bringsBack);
      await emptyTrash(library, clock.now());
    }
    return await work(library, clock);
  } catch (error) {
    throw diskError(error, library.root);
  } finally {
    lock.release();
  }
}
