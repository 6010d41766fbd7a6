import { join } from 'node:path';
import { fileOwner } from '#lib/media/items/file-owner.ts';
import type { MediaRecord } from '#lib/media/items/record.ts';
import { DUE } from '#lib/media/pictures/due-pictures.ts';
import { picturePathsOf } from '#lib/media/pictures/picture-files.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { isThere, moveWithin } from './project-files.server.ts';

/**
 * Brings the pictures of an item back from the trash, beside its film. They are named after it, so that they are made anew where
 * it comes back under another name; the former ones go with the trash.
 * @param localPath of the film from now on
 * @returns the pictures that the item has then
 */
export async function bringPicturesBack(
  library: MediaLibrary,
  record: MediaRecord,
  localPath: string | undefined,
): Promise<MediaRecord['pictures']> {
  const { pictures } = record;
  const paths = picturePathsOf(record);
  if (paths.length === 0) return pictures;
  if (localPath !== record.localPath) return DUE;
  for (const path of paths) if (await isTaken(library, record, path)) return DUE;
  for (const path of paths) {
    const trashed = trashedPath(record, path);
    if (await isThere(join(library.root, trashed))) await moveWithin(library.root, trashed, path);
  }
  return pictures;
}

/** Not by one that is back already, brought there by a process that was killed. */
async function isTaken(library: MediaLibrary, record: MediaRecord, path: string): Promise<boolean> {
  const { root } = library;
  if ((await isThere(join(root, trashedPath(record, path)))) && (await isThere(join(root, path)))) return true;
  return (await fileOwner(library, record.projectId, path)) !== undefined;
}

function trashedPath({ trashedIn = '' }: MediaRecord, path: string): string {
  return `${trashedIn}/${path.split('/').at(-1)}`;
}
