import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from './errno.ts';
import { realTarget, temporaryPathFor } from './paths.server.ts';

/**
 * Creates `folder` and its parents as needed, each one synced into its parent: a synced file is still lost if a power
 * failure loses its folder.
 * @throws the file system's error
 */
export function makeFolder(folder: string): void {
  const topmost = mkdirSync(folder, { recursive: true });
  if (topmost === undefined) return;
  for (let made = folder; made.length >= topmost.length; made = dirname(made)) syncFolderSync(dirname(made));
}

/**
 * As `makeFolder`, but never makes `root`, nor what lies above it: where that is missing, its drive may be unplugged.
 * @param path below `root`, with forward slashes
 */
export function makeFolderBelow(root: string, path: string): void {
  let folder = root;
  for (const name of path.split('/')) {
    folder = join(folder, name);
    if (makeOne(folder)) syncFolderSync(dirname(folder));
  }
}

/** @returns whether it was missing */
function makeOne(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Creates the file with this text, complete and durable, unless it already exists. If several processes create it at once,
 * one wins, and no reader sees an empty file. Synchronous, for synchronous readers.
 * @throws the file system's error; also where hard links are not supported
 */
export function createFileDurablySync(path: string, text: string): void {
  const target = realTarget(path);
  makeFolder(dirname(target));
  const temporary = temporaryPathFor(target);
  try {
    writeFileSync(temporary, text, { flag: 'wx', flush: true });
    linkSync(temporary, target);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  syncFolderSync(dirname(target));
}

function syncFolderSync(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
