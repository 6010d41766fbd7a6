import { randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync, realpathSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { errnoOf } from './errno.ts';

const MOST_LINKS = 40;

/**
 * The path of the file itself behind symbolic links, even if that file or its folder does not exist yet. Renaming over
 * a link would replace the link, and two spellings of one file would be locked under two names.
 * @throws the file system's error for a loop of links or a folder that may not be searched
 */
export function realTarget(path: string): string {
  let target = resolve(path);
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const real = realpathIfThere(target);
    if (real !== undefined) return real;
    const folder = realpathIfThere(dirname(target)) ?? dirname(target);
    const next = linkTargetOf(target);
    if (next === undefined) return join(folder, basename(target));
    target = resolve(folder, next);
  }
  throw Object.assign(new Error(`too many symbolic links: ${path}`), { code: 'ELOOP' });
}

function realpathIfThere(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function linkTargetOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** A name next to `target` for its replacement. 128 random bits: containers with the same pid may share a volume. */
export function temporaryPathFor(target: string): string {
  return join(dirname(target), `.${basename(target)}.${randomBytes(16).toString('hex')}.tmp`);
}

/**
 * Deletes temporary files of killed writers of `target`. Only for the one process that may write `target` now, or for files
 * not written to for `untouchedMs`: an abandoned temporary file looks like one in use. Never throws; a file that remains
 * does no harm.
 */
export function removeAbandonedTemporaries(target: string, untouchedMs = 0): void {
  const prefix = `.${basename(target)}.`;
  try {
    for (const name of readdirSync(dirname(target))) {
      const isOurs = name.startsWith(prefix) && /^[0-9a-f]{32}\.tmp$/.test(name.slice(prefix.length));
      const path = join(dirname(target), name);
      // The kernel's clock: it is compared with the kernel's time stamps.
      const isInUse = isOurs && untouchedMs > 0 && Date.now() - statSync(path).mtimeMs < untouchedMs;
      if (isOurs && !isInUse) rmSync(path, { force: true });
    }
  } catch {
    // Failing to clean up must not stop the work.
  }
}

/** A path as records keep it: from the project root with forward slashes, absolute when it is outside the project. */
export function projectPathOf(projectRoot: string, path: string): string {
  const inside = relative(projectRoot, path);
  const isOutside = inside.startsWith('..') || isAbsolute(inside);
  return isOutside ? path : inside.split(sep).join('/');
}
