import { join } from 'node:path';
import { ReelError } from '#lib/base/errors.ts';
import { fileOwner } from '#lib/media/items/file-owner.ts';
import { recordsOf } from '#lib/media/items/project-records.server.ts';
import { fileClaim, type MediaRecord, mediaKey } from '#lib/media/items/record.ts';
import { usableLibrary } from '#lib/media/root/library.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { begunDeletion, forgetBegun, noteBegun } from './begun-deletions.server.ts';
import { type FilesFound, filesBelow, isOwnFolder, isThere, moveWithin } from './project-files.server.ts';
import { type DeletedSize, type DeleteOptions, withProject } from './project-work.server.ts';
import { deletionsIn } from './trash.server.ts';
import { TRASH, trashFolderOf } from './trash-names.ts';

/**
 * Deletes a project: its records and its files, the latter by moving its folder into the trash of the library. For a day
 * `restoreProject` brings it back; the first use of the library after that removes it for good.
 * Killed half way, it is completed by another call.
 * @throws ReelError `not-found`; `disk` while the library is offline; `busy`; `invalid-input` for a project whose folder is
 * a symbolic link; `store-corrupt`, `disk*`
 */
export async function deleteProject(projectId: string, options: DeleteOptions = {}): Promise<DeletedSize> {
  return withProject(projectId, { ...options, open: usableLibrary }, async (library, clock) => {
    const folder = `projects/${projectId}`;
    const found = await filesBelow(library.root, folder);
    const records = await Array.fromAsync(recordsOf(library, projectId));
    const kept = records.filter(({ deletedAt }) => deletedAt === undefined);
    if (!found && kept.length === 0) throw noSuchProject(projectId);
    const size = sizeOf(kept, found);
    if (options.dryRun) return size;
    // Before anything is changed: the trash may be a link to another place.
    await isOwnFolder(library.root, TRASH);
    const deletedMs = await begunOrNew(library, projectId, { nowMs: clock.now(), hasFolder: found !== undefined });
    const deletedAt = new Date(deletedMs).toISOString();
    for (const record of kept) await mark(library, record, deletedAt);
    if (found) await moveWithin(library.root, folder, trashFolderOf(projectId, deletedMs));
    await forgetBegun(library.root, projectId);
    return size;
  });
}

/**
 * Brings back what the last deletion of a project took, within a day.
 * @throws ReelError `not-found` where nothing is left to bring back; `invalid-input` where the project is in use again;
 * as `deleteProject`
 */
export async function restoreProject(projectId: string, options: DeleteOptions = {}): Promise<DeletedSize> {
  return withProject(projectId, { ...options, open: usableLibrary }, async (library) => {
    const deleted = await lastDeletion(library, projectId);
    const trashed = await filesBelow(library.root, trashFolderOf(projectId, deleted.ms));
    const inPlace = await filesBelow(library.root, `projects/${projectId}`);
    if ((trashed && inPlace) || (await isNameTaken(library, projectId, deleted.records))) throw isUsedAgain(projectId);
    if (!options.dryRun) {
      if (trashed) await moveBack(library.root, projectId, deleted.ms);
      for (const record of deleted.records) await unmark(library, record);
      await forgetBegun(library.root, projectId);
    }
    return sizeOf(deleted.records, trashed ?? inPlace);
  });
}

/** Killed after the move, its files must not be taken for some that nobody has. */
async function moveBack(root: string, projectId: string, deletedMs: number): Promise<void> {
  // Before anything is changed: the place of all projects may be a link.
  await isOwnFolder(root, 'projects');
  await noteBegun(root, projectId, deletedMs);
  await moveWithin(root, trashFolderOf(projectId, deletedMs), `projects/${projectId}`);
}

/** Of the files in its folder, and of those in object storage. */
function sizeOf(records: readonly MediaRecord[], found: FilesFound = { files: 0, bytes: 0 }): DeletedSize {
  const stored = records.filter(({ object, uploading }) => object && !uploading);
  const bytes = stored.reduce((sum, { fileSize }) => sum + fileSize, found.bytes);
  return { items: records.length, files: found.files + stored.length, bytes };
}

/** A new file may have the name of one in object storage, which has left no trace in the folder. */
async function isNameTaken(
  library: MediaLibrary,
  projectId: string,
  records: readonly MediaRecord[],
): Promise<boolean> {
  for (const { localPath } of records) {
    if (localPath !== undefined && (await fileOwner(library, projectId, localPath)) !== undefined) return true;
  }
  return false;
}

/**
 * Time of this deletion, on disk before the first record has it; that of one which was killed before it had moved the folder, so
 * that both can be undone together.
 */
async function begunOrNew(
  { root }: MediaLibrary,
  projectId: string,
  { nowMs, hasFolder }: { nowMs: number; hasFolder: boolean },
): Promise<number> {
  const begunMs = await begunDeletion(root, projectId);
  if (begunMs !== undefined) return begunMs;
  let deletedMs = nowMs;
  while (await isThere(join(root, trashFolderOf(projectId, deletedMs)))) deletedMs += 1;
  if (hasFolder) await noteBegun(root, projectId, deletedMs);
  return deletedMs;
}

async function lastDeletion(library: MediaLibrary, projectId: string): Promise<{ ms: number; records: MediaRecord[] }> {
  // An item that was deleted by itself is brought back by itself.
  const records = (await Array.fromAsync(recordsOf(library, projectId))).filter((record) => !record.trashedIn);
  const stamps = records.flatMap(({ deletedAt }) => (deletedAt === undefined ? [] : [Date.parse(deletedAt)]));
  const folders = (await deletionsIn(library.root)).filter((one) => one.projectId === projectId && !one.isOfItem);
  const ms = Math.max(...stamps, ...folders.map(({ deletedMs }) => deletedMs));
  if (ms === -Infinity) throw noSuchDeletion(projectId);
  return { ms, records: records.filter(({ deletedAt = '' }) => Date.parse(deletedAt) === ms) };
}

function mark({ store }: MediaLibrary, record: MediaRecord, deletedAt: string) {
  return store.update(mediaKey(record), (current) => current && { ...current, deletedAt });
}

async function unmark({ store }: MediaLibrary, record: MediaRecord): Promise<void> {
  const claims = record.localPath === undefined ? [] : [fileClaim(record.localPath)];
  const restore = ({ deletedAt: _at, ...rest }: MediaRecord): MediaRecord => rest;
  await store.update(mediaKey(record), (current) => current && restore(current), { claims });
}

function noSuchProject(projectId: string): ReelError {
  return new ReelError('not-found', `There is no project ${projectId}.`, { stage: 'recording' });
}

function noSuchDeletion(projectId: string): ReelError {
  const message = `Nothing of project ${projectId} is left to bring back: a deletion can be undone for a day.`;
  return new ReelError('not-found', message, { stage: 'recording' });
}

function isUsedAgain(projectId: string): ReelError {
  const message = `Project ${projectId} has new files: it would be mixed with what was deleted. Move them to another project first.`;
  return new ReelError('invalid-input', message, { stage: 'recording' });
}
