import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from './errno.ts';
import { realTarget, temporaryPathFor } from './paths.server.ts';

/**
 * Creates `folder` and the folders above it as needed, each one synced into its parent: a file that was synced into a
 * folder is lost all the same if a power cut takes the folder.
 * @throws the file system's error
 */
export function makeFolder(folder: string): void {
  const topmost = mkdirSync(folder, { recursive: true });
  if (topmost === undefined) return;
  for (let made = folder; made.length >= topmost.length; made = dirname(made)) syncFolderSync(dirname(made));
}

/**
 * Creates the file with this text, whole and durable, unless there is one already; then nothing happens. Of several
 * processes that create it at once one wins, and no reader sees an empty file. Synchronous, for readers that are.
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
