import { chmod, constants, copyFile, lstat, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { makeFolder } from '#lib/base/disk/durable-create.server.ts';
import { publishFile, syncFolder } from '#lib/base/disk/durable-publish.server.ts';
import { acquireFileLock } from '#lib/base/disk/file-lock.server.ts';
import { messageOf, ReelError } from '#lib/base/errors.ts';
import { FileHasher, hashFile } from '#lib/capture/check/hashing.server.ts';
import { freeName, nameKey, safeFileName } from '#lib/media/names/file-name.ts';
import { isProjectId, projectFolderOf } from '#lib/media/names/project-id.ts';
import type { MediaPlace } from './media-library.ts';
import { makeMarker, rootState } from './media-root.server.ts';

export interface Adoption {
  files: number;
  bytes: number;
  /** What stays where it is, and why. */
  skipped: Array<{ path: string; reason: string }>;
}

interface OldFile {
  path: string;
  /** In the new root, relative to it. */
  localPath: string;
}

/**
 * Makes a new library out of the files of an older folder, which has the same `projects/{projectId}/videos/`: copies and
 * compares each one beside the library's root, and puts all of them into place in one step. The older folder stays as it
 * is. Killed half way, another call goes on.
 * @returns undefined where the library exists already, or the folder has no files
 * @throws ReelError `busy` while another process does the same; `integrity` where a file changed meanwhile; `disk*`
 */
export async function adoptRoot(
  place: MediaPlace,
  olderRoot: string,
  { clock = systemClock }: { clock?: Clock | undefined } = {},
): Promise<Adoption | undefined> {
  try {
    const adoption: Adoption = { files: 0, bytes: 0, skipped: [] };
    const isNeeded = () => rootState(place).kind === 'new';
    const files = isNeeded() ? await filesIn(olderRoot, adoption.skipped) : [];
    if (files.length === 0 || !(await isEmpty(place.root))) return undefined;
    const staging = `${place.root}.adopting`;
    const lockPath = `${staging}.lock.db`;
    makeFolder(dirname(place.root));
    const lock = await acquireFileLock(lockPath, { clock });
    try {
      if (!isNeeded()) return undefined;
      for (const file of files) await adopt(file, staging, adoption);
      makeMarker(staging, place.root);
      await putInPlace(staging, place.root);
    } finally {
      lock.release();
    }
    // Whoever still waits for it finds the library made.
    await rm(lockPath, { force: true }).catch(() => {});
    return adoption;
  } catch (error) {
    throw diskError(error, place.root);
  }
}

async function filesIn(olderRoot: string, skipped: Adoption['skipped']): Promise<OldFile[]> {
  const files: OldFile[] = [];
  for (const projectId of await namesIn(join(olderRoot, 'projects'))) {
    // A link in the place of a project leads elsewhere.
    if (!(await isFolder(join(olderRoot, 'projects', projectId)))) continue;
    const folder = join(olderRoot, ...projectFolderOf(projectId).split('/'));
    const taken = new Set<string>();
    for (const name of await namesIn(folder)) {
      const path = join(folder, name);
      const reason = await whyNot(projectId, path);
      if (reason !== undefined) {
        skipped.push({ path, reason });
        continue;
      }
      const fileName = freeName(safeFileName(name, '.mp4'), (key) => taken.has(key));
      taken.add(nameKey(fileName));
      files.push({ path, localPath: `${projectFolderOf(projectId)}/${fileName}` });
    }
  }
  return files;
}

async function whyNot(projectId: string, path: string): Promise<string | undefined> {
  if (!isProjectId(projectId)) return `${projectId} cannot be a project's id`;
  return (await lstat(path)).isFile() ? undefined : 'it is no file';
}

/** Sorted, so that every run gives the same names. */
async function namesIn(folder: string): Promise<string[]> {
  return (await isFolder(folder)) ? (await readdir(folder)).sort() : [];
}

async function isFolder(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() === true;
}

async function adopt({ path, localPath }: OldFile, staging: string, adoption: Adoption): Promise<void> {
  const target = join(staging, ...localPath.split('/'));
  const bytes = (await isCopied(path, target)) ? (await stat(target)).size : await copyVerified(path, target, adoption);
  if (bytes === undefined) return;
  adoption.files += 1;
  adoption.bytes += bytes;
}

/** By an earlier run, which compares before it renames. */
async function isCopied(path: string, target: string): Promise<boolean> {
  const [source, copy] = await Promise.all([stat(path), lstat(target).catch(() => undefined)]);
  return copy?.isFile() === true && copy.size === source.size && secondsOf(copy) === secondsOf(source);
}

function secondsOf({ mtimeMs }: { mtimeMs: number }): number {
  return Math.floor(mtimeMs / 1000);
}

/** @returns undefined for a file that cannot be read: it must not keep the others from being adopted */
async function copyVerified(path: string, target: string, { skipped }: Adoption): Promise<number | undefined> {
  const source = await hashOf(path).catch((error: unknown) => {
    skipped.push({ path, reason: messageOf(error) });
  });
  if (!source) return undefined;
  const partPath = `${target}.part`;
  makeFolder(dirname(target));
  // A read-only one of an earlier run cannot be overwritten.
  await rm(partPath, { force: true });
  // Costs neither time nor space where the file system can share the bytes.
  await copyFile(path, partPath, constants.COPYFILE_FICLONE);
  const copy = await hashOf(partPath);
  if (copy.sha256 !== source.sha256) throw hasChanged(path);
  await chmod(partPath, 0o644);
  const handle = await open(partPath, 'r+');
  await handle.utimes(source.mtime, source.mtime);
  await publishFile(handle, partPath, target);
  return copy.sizeBytes;
}

async function hashOf(path: string) {
  const hasher = new FileHasher(false);
  const { mtime } = await stat(path);
  const sizeBytes = await hashFile(path, hasher);
  return { sizeBytes, mtime, sha256: hasher.digest().sha256 };
}

async function putInPlace(staging: string, root: string): Promise<void> {
  // Windows renames over no folder at all.
  await rmdir(root).catch(() => {});
  await rename(staging, root);
  await syncFolder(dirname(root));
}

async function isEmpty(folder: string): Promise<boolean> {
  return (await namesIn(folder)).length === 0;
}

function hasChanged(path: string): ReelError {
  const message = `${path} was changed while it was copied into the media library. Close the program that writes it, then try again.`;
  return new ReelError('integrity', message, { stage: 'recording', retryable: true });
}
