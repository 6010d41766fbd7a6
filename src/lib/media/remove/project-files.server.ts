import { lstat, readdir, realpath, rename } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { makeFolderBelow } from '#lib/base/disk/durable-create.server.ts';
import { syncFolder } from '#lib/base/disk/durable-publish.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';

export interface FilesFound {
  files: number;
  bytes: number;
}

/**
 * The files below a folder of the library. A symbolic link counts as one file without bytes, and is never followed.
 * @returns undefined where there is no such folder
 * @throws as `isOwnFolder`
 */
export async function filesBelow(root: string, folder: string): Promise<FilesFound | undefined> {
  return (await isOwnFolder(root, folder)) ? countBelow(join(root, folder)) : undefined;
}

/**
 * Whether the library has this folder, given relative to its root.
 * @throws ReelError `invalid-input` where it is a link, or lies elsewhere by one; the file system's error
 */
export async function isOwnFolder(root: string, folder: string): Promise<boolean> {
  const path = join(root, folder);
  const found = await lstat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return false;
  const real = relative(await realpath(root), await realpath(path));
  if (found.isDirectory() && real.split(sep).join('/') === folder) return true;
  throw isElsewhere(path);
}

/** Renames a folder or a file within the root; nothing is copied. @throws as `isOwnFolder`, of where it is to go */
export async function moveWithin(root: string, from: string, to: string): Promise<void> {
  const parent = dirname(to);
  makeFolderBelow(root, parent);
  await isOwnFolder(root, parent);
  await rename(join(root, from), join(root, to));
  await syncFolder(join(root, parent));
}

/** None where a link is in the place of the folder: it leads elsewhere. */
export async function namesIn(root: string, folder: string): Promise<string[]> {
  const isOwn = await isOwnFolder(root, folder).catch((error: unknown) => {
    if (isReelError(error) && error.code === 'invalid-input') return false;
    throw error;
  });
  return isOwn ? (await readdir(join(root, folder))).sort() : [];
}

async function countBelow(path: string): Promise<FilesFound> {
  const sum = { files: 0, bytes: 0 };
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const below = join(path, entry.name);
    const more = entry.isDirectory()
      ? await countBelow(below)
      : { files: 1, bytes: entry.isFile() ? (await lstat(below)).size : 0 };
    sum.files += more.files;
    sum.bytes += more.bytes;
  }
  return sum;
}

export async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

function isElsewhere(path: string): ReelError {
  const message = `${path} is a link, or leads through one: its files lie outside the media library. Nothing was deleted.`;
  return new ReelError('invalid-input', message, { stage: 'recording' });
}
