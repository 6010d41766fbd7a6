import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Of `temporaryPathFor`. */
const TEMPORARY = /^\..+\.[0-9a-f]{32}\.tmp$/;

/**
 * Deletes the temporary files of killed processes below a folder, whatever they were to become: those that nobody has
 * written to for `untouchedMs`. Follows no links. Never rejects; a file that remains does no harm.
 * @param depth how many folders deep
 * @returns how many files
 */
export async function removeOldTemporaries(folder: string, untouchedMs: number, depth: number): Promise<number> {
  let removed = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth > 0) removed += await removeOldTemporaries(path, untouchedMs, depth - 1);
    if (!entry.isFile() || !TEMPORARY.test(entry.name)) continue;
    try {
      // The kernel's clock: it is compared with the kernel's time stamps.
      if (Date.now() - (await stat(path)).mtimeMs < untouchedMs) continue;
      await rm(path);
      removed += 1;
    } catch {
      // Somebody else has removed it, or it is not ours to remove.
    }
  }
  return removed;
}
