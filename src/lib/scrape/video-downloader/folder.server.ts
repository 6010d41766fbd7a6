import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';

/** The programs that yt-dlp gets as its ffmpeg. */
export const TOOLS = 'local-ffmpeg';

/** Keeps what a call that was cut has left, if it belongs to the same video in the same formats; else empties the folder. */
export async function keepOnlySame(folder: string, identity: string): Promise<void> {
  const path = join(folder, 'identity.txt');
  try {
    const before = await readFile(path, 'utf8').catch(() => undefined);
    if (before !== identity) await emptyFolder(folder);
    await writeFile(path, identity);
  } catch (error) {
    throw diskError(error, path, 'downloading');
  }
}

export async function emptyFolder(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== TOOLS);
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

/** Of the video and its parts, as far as they are there. */
export async function bytesIn(folder: string): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.startsWith('video.'));
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
