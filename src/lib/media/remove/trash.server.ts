import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { mediaKey } from '#lib/media/items/record.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { objectsOf, removeObjects } from '#lib/media/store/objects.server.ts';
import { forgetOldNotes } from './begun-deletions.server.ts';
import { UNDO_MS } from './deleted-items.ts';
import { removeItemRest } from './item-rest.server.ts';
import { isOwnFolder } from './project-files.server.ts';
import { TRASH } from './trash-names.ts';

const DELETION = /^(?<projectId>[^~]+)~(?<ms>\d+)(?<mark>~[0-9a-f]+)?$/;

export interface Deletion {
  projectId: string;
  deletedMs: number;
  /** In the trash. */
  folder: string;
  /** Of an item alone. */
  isOfItem: boolean;
}

/** What is in the trash, the newest first. */
export async function deletionsIn(root: string): Promise<Deletion[]> {
  const names = await readdir(join(root, TRASH)).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
  const deletions = names.flatMap((name) => {
    const { projectId, ms, mark } = DELETION.exec(name)?.groups ?? {};
    const isOfItem = mark !== undefined;
    return projectId ? [{ projectId, deletedMs: Number(ms), folder: `${TRASH}/${name}`, isOfItem }] : [];
  });
  return deletions.sort((one, other) => other.deletedMs - one.deletedMs);
}

/**
 * Removes what was deleted more than a day ago, files first: of a record without its file nothing is left to find. What is in
 * an object storage that cannot be reached now is left for the next time.
 * @throws the file system's error, ReelError of the store
 */
export async function emptyTrash(library: MediaLibrary, nowMs: number): Promise<void> {
  const { root, store } = library;
  for (const { folder, deletedMs } of await deletionsIn(root)) {
    if (deletedMs + UNDO_MS > nowMs) continue;
    if (await isOwnFolder(root, folder)) await rm(join(root, folder), { recursive: true });
  }
  await forgetOldNotes(root, nowMs - UNDO_MS);
  await rmdir(join(root, TRASH)).catch(() => {});
  for await (const record of store.find({ unfinished: true })) {
    if (!isOver(record.deletedAt, nowMs) || !(await removeObjects(library, objectsOf(record)))) continue;
    if (record.trashedIn !== undefined) await removeItemRest(library, record);
    await store.update(mediaKey(record), (current) => (isOver(current?.deletedAt, nowMs) ? undefined : current));
  }
}

function isOver(deletedAt: string | undefined, nowMs: number): boolean {
  return deletedAt !== undefined && Date.parse(deletedAt) + UNDO_MS <= nowMs;
}
