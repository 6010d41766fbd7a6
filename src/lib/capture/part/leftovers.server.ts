import { readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';

/** The part of a capture by its tag, its sidecar, what a killed process left of writing the sidecar, and its lock. */
const LEFTOVER = /^(?<part>(\.f\d+)?\.part)(\.json(\.\d+)?|\.lock)?$/;

/**
 * Removes what ended or killed captures of `finalPath` have left beside it. For a caller whose file is in place:
 * no run will resume them. Files that another process is writing now stay. Never rejects: leftovers are harmless.
 */
export async function removeLeftovers(finalPath: string): Promise<void> {
  const folder = dirname(finalPath);
  const byPart = new Map<string, string[]>();
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(basename(finalPath))) continue;
    const part = LEFTOVER.exec(name.slice(basename(finalPath).length))?.groups?.part;
    if (part !== undefined) byPart.set(part, [...(byPart.get(part) ?? []), join(folder, name)]);
  }
  for (const [part, paths] of byPart) await removeUnlocked(`${finalPath}${part}.lock`, paths).catch(() => {});
}

async function removeUnlocked(lockPath: string, paths: readonly string[]): Promise<void> {
  const lock = tryFileLock(lockPath);
  if (!lock) return;
  try {
    for (const path of paths) await rm(path, { force: true });
    // Before the release: afterwards it may already belong to another process.
    await rm(lockPath, { force: true });
  } finally {
    lock.release();
  }
}
