import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileDurablySync, makeFolderBelow } from '#lib/base/disk/durable-create.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { isThere } from './project-files.server.ts';
import { TRASH, trashFolderOf } from './trash-names.ts';

/** Behind the name that the project's folder will have in the trash. */
const ENDING = '.begun';
const NOTE = /~(\d+)\.begun$/;

/**
 * Notes in the trash that a project's folder is about to be moved there, after its records have been marked, or back, before
 * they are.
 */
export async function noteBegun(root: string, projectId: string, deletedMs: number): Promise<void> {
  makeFolderBelow(root, TRASH);
  createFileDurablySync(join(root, `${trashFolderOf(projectId, deletedMs)}${ENDING}`), '');
}

/** Time of a deletion that has left records marked, and the folder in its place; undefined where there is none. */
export async function begunDeletion(root: string, projectId: string): Promise<number | undefined> {
  for (const name of await notesOf(root, projectId)) {
    const deletedMs = Number(name.slice(projectId.length + 1, -ENDING.length));
    if (!(await isThere(join(root, trashFolderOf(projectId, deletedMs))))) return deletedMs;
  }
  return undefined;
}

export async function forgetBegun(root: string, projectId: string): Promise<void> {
  for (const name of await notesOf(root, projectId)) await rm(join(root, TRASH, name), { force: true });
}

/** Of deletions that nobody has completed. @param beforeMs begun before then */
export async function forgetOldNotes(root: string, beforeMs: number): Promise<void> {
  for (const name of await namesInTrash(root)) {
    const [, ms] = NOTE.exec(name) ?? [];
    if (ms !== undefined && Number(ms) <= beforeMs) await rm(join(root, TRASH, name), { force: true });
  }
}

async function notesOf(root: string, projectId: string): Promise<string[]> {
  const names = await namesInTrash(root);
  return names.filter((name) => name.startsWith(`${projectId}~`) && NOTE.test(name)).sort();
}

async function namesInTrash(root: string): Promise<string[]> {
  return readdir(join(root, TRASH)).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  });
}
