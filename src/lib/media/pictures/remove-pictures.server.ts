import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileOwner } from '#lib/media/items/file-owner.ts';
import type { MediaRecord } from '#lib/media/items/record.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { picturePathsOf } from './picture-files.ts';

/**
 * Removes the pictures of a film that is gone, once no item has them any more. Never rejects: what stays does no harm.
 * @param former the record that named them
 */
export async function removePictures(library: MediaLibrary, former: MediaRecord): Promise<void> {
  for (const path of picturePathsOf(former)) {
    const isOwned = (await fileOwner(library, former.projectId, path).catch(() => '')) !== undefined;
    if (!isOwned) await rm(join(library.root, ...path.split('/')), { force: true }).catch(() => {});
  }
}
