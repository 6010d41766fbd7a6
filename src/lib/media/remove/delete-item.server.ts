import { randomBytes } from 'node:crypto';
import { ReelError } from '#lib/base/errors.ts';
import { recordsOf, viewOf } from '#lib/media/items/project-records.server.ts';
import { type MediaRecord, mediaKey } from '#lib/media/items/record.ts';
import { assertProjectId } from '#lib/media/names/project-id.ts';
import { readableLibrary, usableLibrary } from '#lib/media/root/library.server.ts';
import type { MediaItem } from '#lib/media/types.ts';
import { bringBack } from './bring-back.server.ts';
import { type DeletedItem, deletedAmong, deletedUntil } from './deleted-items.ts';
import { isOwnFolder } from './project-files.server.ts';
import { type DeletedSize, type DeleteOptions, withProject } from './project-work.server.ts';
import { TRASH, trashFolderOf } from './trash-names.ts';
import { filesOfItem, type ItemFile, moveToTrash } from './trashing.server.ts';

const MARK_BYTES = 6;

/**
 * Deletes one item: its record, and its file by moving that into the trash of the library. For a day `restoreMediaItem`
 * brings it back; the first use of the library after that removes it for good. Killed half way, it is completed by the next
 * saving or deletion in its project.
 * @throws ReelError `not-found`; `disk` while the library is offline; `busy` while the project is saved, deleted or restored;
 * `invalid-input` for a project whose folder is a symbolic link; `store-corrupt`, `disk*`
 */
export function deleteMediaItem(projectId: string, id: string, options: DeleteOptions = {}): Promise<DeletedSize> {
  return withProject(projectId, { ...options, open: usableLibrary }, async (library, clock) => {
    const key = mediaKey({ projectId, id });
    const record = await library.store.get(key);
    if (!record || record.deletedAt !== undefined) throw noSuchItem(projectId, id);
    const files = await filesOfItem(library.root, record);
    if (options.dryRun) return sizeOf(record, files);
    // Before anything is changed: the trash may be a link to another place.
    await isOwnFolder(library.root, TRASH);
    const nowMs = clock.now();
    const trashedIn = trashFolderOf(projectId, nowMs, randomBytes(MARK_BYTES).toString('hex'));
    const trashing = files.map(({ path }) => path);
    const deleted = { deletedAt: new Date(nowMs).toISOString(), trashedIn, trashing };
    const marked = await library.store.update(key, (current) => current && { ...current, ...deleted });
    if (marked) await moveToTrash(library, marked);
    return sizeOf(record, files);
  });
}

/**
 * Brings back an item that was deleted by itself, within a day. A file whose name is taken by now gets another one.
 * Killed half way, it is completed as a deletion is, and by every start of the app.
 * @throws ReelError `not-found` where nothing is left to bring back; as `deleteMediaItem`
 */
export function restoreMediaItem(projectId: string, id: string, options: DeleteOptions = {}): Promise<MediaItem> {
  return withProject(projectId, { ...options, open: usableLibrary, bringsBack: id }, async (library, clock) => {
    const record = await library.store.get(mediaKey({ projectId, id }));
    if (!record || deletedUntil(record, clock.now()) === undefined) throw noSuchDeletion(projectId, id);
    if (options.dryRun) return viewOf(library, record);
    return viewOf(library, await bringBack(library, record, clock));
  });
}

/**
 * The items of a project that were deleted by themselves and can be brought back, the last one first.
 * @throws ReelError `invalid-input`; `disk` where the records are offline with the library; `store-corrupt`
 */
export async function listDeletedItems(
  projectId: string,
  options: Pick<DeleteOptions, 'library' | 'clock'> = {},
): Promise<DeletedItem[]> {
  assertProjectId(projectId);
  const library = readableLibrary(options.library);
  const records = library ? await Array.fromAsync(recordsOf(library, projectId)) : [];
  return deletedAmong(records, options.clock?.now() ?? Date.now());
}

/** Of its files on disk, else of that in object storage. */
function sizeOf({ object, uploading, fileSize }: MediaRecord, files: readonly ItemFile[]): DeletedSize {
  const isStored = object !== undefined && uploading === undefined;
  const bytes = files.reduce((sum, file) => sum + file.bytes, isStored ? fileSize : 0);
  return { items: 1, files: files.length + (isStored ? 1 : 0), bytes };
}

function noSuchItem(projectId: string, id: string): ReelError {
  return new ReelError('not-found', `Project ${projectId} has no item ${id}.`, { stage: 'recording' });
}

function noSuchDeletion(projectId: string, id: string): ReelError {
  const message = `Nothing of item ${id} of project ${projectId} is left to bring back: a deletion can be undone for a day.`;
  return new ReelError('not-found', message, { stage: 'recording' });
}
