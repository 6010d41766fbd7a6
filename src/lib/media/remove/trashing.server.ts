import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { recordsOf } from '#lib/media/items/project-records.server.ts';
import { type MediaRecord, mediaKey } from '#lib/media/items/record.ts';
import { parseLocalPath, projectFolderOf } from '#lib/media/names/project-id.ts';
import { picturePathsOf } from '#lib/media/pictures/picture-files.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { isOwnFolder, isThere, moveWithin } from './project-files.server.ts';

export interface ItemFile {
  /** Relative to the root. */
  path: string;
  bytes: number;
}

/**
 * The files of an item in its project's folder: its own with its pictures, and one that was fetched for it and not recorded yet.
 * @throws as `isOwnFolder`
 */
export async function filesOfItem(root: string, record: MediaRecord): Promise<ItemFile[]> {
  const { projectId, localPath, savingAs } = record;
  if (!(await isOwnFolder(root, projectFolderOf(projectId)))) return [];
  const paths = [...new Set([localPath, ...picturePathsOf(record), savingAs])].filter((path) => path !== undefined);
  const files: ItemFile[] = [];
  for (const path of paths) {
    if (parseLocalPath(path)?.projectId !== projectId) continue;
    const found = await lstat(join(root, path)).catch(() => undefined);
    // A link goes as a link: what it leads to stays.
    if (found?.isFile() || found?.isSymbolicLink()) files.push({ path, bytes: found.isFile() ? found.size : 0 });
  }
  return files;
}

/**
 * Moves the files of deleted items to the trash, which a process that was killed has left in their places. For the holder of
 * the project's lock.
 */
export async function finishTrashing(library: MediaLibrary, projectId: string): Promise<void> {
  for await (const record of recordsOf(library, projectId)) await moveToTrash(library, record);
}

/** Moves the files of one deleted item, as its record says. */
export async function moveToTrash({ root, store }: MediaLibrary, record: MediaRecord): Promise<void> {
  const { trashedIn, trashing } = record;
  if (trashedIn === undefined || trashing === undefined) return;
  for (const path of trashing) {
    const target = `${trashedIn}/${path.split('/').at(-1)}`;
    // What is there already is the file: its former name may have another owner by now.
    if (!(await isThere(join(root, target))) && (await isThere(join(root, path)))) await moveWithin(root, path, target);
  }
  await store.update(mediaKey(record), (current) => {
    if (current?.trashedIn !== trashedIn) return current;
    const { trashing: _moved, ...rest } = current;
    return rest;
  });
}
