import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
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
