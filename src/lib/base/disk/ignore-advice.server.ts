import { existsSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';

/**
 * The line for `.gitignore` that keeps a new folder of data out of a repository.
 * @param projectRoot where the `.gitignore` of the app would be
 * @param path of something in the folder, absolute
 * @returns undefined where there is no repository, where it is ignored already, or where it lies outside the project
 */
export function missingIgnoreLine(projectRoot: string, path: string): string | undefined {
  const inside = relative(projectRoot, path);
  const [top = ''] = inside.split(sep);
  if (top === '' || top === '..' || isAbsolute(inside)) return undefined;
  const folder = join(projectRoot, top);
  const folders = foldersOfRepository(projectRoot);
  if (folders === undefined || folders.some((one) => ignores(one, folder))) return undefined;
  return `/${top}/`;
}

/** From the project up to the root of its repository. */
function foldersOfRepository(projectRoot: string): string[] | undefined {
  const folders: string[] = [];
  for (let folder = projectRoot; ; folder = dirname(folder)) {
    folders.push(folder);
    if (existsSync(join(folder, '.git'))) return folders;
    if (folder === dirname(folder)) return undefined;
  }
}

/** By the usual ways to name a folder in `.gitignore`; patterns with wildcards are taken for others. */
function ignores(place: string, folder: string): boolean {
  const parts = relative(place, folder).split(sep);
  return linesOf(join(place, '.gitignore')).some((line) => {
    const pattern = line.replace(/\/\*{0,2}$/, '');
    if (!pattern.includes('/')) return parts.includes(pattern);
    return `${parts.join('/')}/`.startsWith(`${pattern.replace(/^\//, '')}/`);
  });
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split(/\r?\n/)
      .map((line) => line.trim());
  } catch {
    return [];
  }
}
