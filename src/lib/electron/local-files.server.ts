import { join, relative, sep } from 'node:path';
import { hasLocalFile, mediaAddress, type OpenedLocalFile, openLocalFile } from '#lib/media/index.ts';

/** Of the address of a local file. */
export const MEDIA_SCHEME = 'reelkeep-media';
/**
 * The same for every project: browsers write hosts in small letters, and take numbers for IP addresses, so that an id would
 * not come back as it was.
 */
const HOST = 'files';

/** Files of the library; those that still lie in the older folder, until it is adopted, count as well. */
export class LocalFiles {
  readonly #roots: readonly string[];

  /** @param roots the library's first: a file that is in both is its */
  constructor(...roots: string[]) {
    this.#roots = roots;
  }

  /** Whether an absolute path, as a page gives it, leads to a file. */
  async has(path: unknown): Promise<boolean> {
    const localPath = this.#localPathOf(path);
    if (localPath === undefined) return false;
    for (const root of this.#roots) if (await hasLocalFile(root, localPath)) return true;
    return false;
  }

  async addressOf(path: unknown): Promise<string | undefined> {
    const localPath = this.#localPathOf(path);
    return localPath !== undefined && (await this.has(path)) ? addressOf(localPath) : undefined;
  }

  /** @returns undefined for an address that leads nowhere */
  async open(address: string): Promise<OpenedLocalFile | undefined> {
    const localPath = localPathAt(address);
    if (localPath === undefined) return undefined;
    for (const root of this.#roots) {
      const file = await openLocalFile(root, localPath);
      if (file) return file;
    }
    return undefined;
  }

  absolutePathOf(localPath: string): string {
    return join(this.#roots[0] ?? '', ...localPath.split('/'));
  }

  /** A path in the older folder means the same file as one in the library. What is neither is no file of ours. */
  #localPathOf(path: unknown): string | undefined {
    if (typeof path !== 'string') return undefined;
    const inside = this.#roots.map((root) => relative(root, path).split(sep).join('/'));
    return inside.find((localPath) => addressOf(localPath) !== undefined);
  }
}

/** @param localPath relative to a root; undefined where it cannot be the path of a file of a library */
export function addressOf(localPath: string): string | undefined {
  return mediaAddress(localPath)?.replace(/^\/media\/files\//, `${MEDIA_SCHEME}://${HOST}/`);
}

function localPathAt(address: string): string | undefined {
  const url = URL.parse(address);
  const [, projectId, fileName, more] = url?.pathname.split('/') ?? [];
  if (url?.host !== HOST || !projectId || !fileName || more !== undefined) return undefined;
  try {
    return `projects/${decodeURIComponent(projectId)}/videos/${decodeURIComponent(fileName)}`;
  } catch {
    // No UTF-8.
    return undefined;
  }
}
