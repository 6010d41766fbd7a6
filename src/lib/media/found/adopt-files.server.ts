import { type Clock, systemClock } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import type { FileLock } from '#lib/base/disk/file-lock.server.ts';
import { isReelError } from '#lib/base/errors.ts';
import { itemOf } from '#lib/media/items/item-view.ts';
import type { MediaRecord } from '#lib/media/items/record.ts';
import type { SettleParts } from '#lib/media/migrate/capturing.ts';
import { isProjectId } from '#lib/media/names/project-id.ts';
import { finishRestoring } from '#lib/media/remove/bring-back.server.ts';
import { namesIn } from '#lib/media/remove/project-files.server.ts';
import { mediaLibrary } from '#lib/media/root/library.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { rootState } from '#lib/media/root/media-root.server.ts';
import { lockProject } from '#lib/media/root/project-lock.server.ts';
import { settlingWith } from '#lib/media/save/left-parts.server.ts';
import type { MediaItem } from '#lib/media/types.ts';
import { addFoundFiles } from './found-files.server.ts';

export interface AdoptOptions {
  library?: MediaLibrary | undefined;
  clock?: Clock | undefined;
}

/**
 * Gives an item to every file of the library that has none, because the process that saved it was killed before it had added
 * one. What a save has left as a whole part file is put into place first; one that is not whole is removed after a day. A
 * project in which somebody is at work is left out: `saveAllToDisk` does the same for its project. Whoever adds such a
 * file after all takes it over.
 * @returns the new items; none while the library is offline
 * @throws ReelError `store-corrupt`, `disk*`
 */
export async function adoptFiles(options: AdoptOptions = {}): Promise<MediaItem[]> {
  const { library = mediaLibrary(), clock = systemClock } = options;
  if (rootState(library).kind !== 'online') return [];
  try {
    const settle = settlingWith(options);
    const added: MediaRecord[] = [];
    for (const projectId of await namesIn(library.root, 'projects')) {
      if (isProjectId(projectId)) added.push(...(await addUnlessBusy(library, projectId, { clock, settle })));
    }
    return added.map((record) => itemOf(record, 'here', library.filesAt));
  } catch (error) {
    throw diskError(error, library.root, 'recording', 'read');
  }
}

async function addUnlessBusy(
  library: MediaLibrary,
  projectId: string,
  { clock, settle }: { clock: Clock; settle: SettleParts },
): Promise<MediaRecord[]> {
  let lock: FileLock;
  try {
    lock = lockProject(library.root, projectId);
  } catch (error) {
    if (isReelError(error) && error.code === 'busy') return [];
    throw error;
  }
  try {
    await finishRestoring(library, projectId, clock);
    return await addFoundFiles(library, projectId, settle);
  } finally {
    lock.release();
  }
}
