import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { parseLocalPath } from '#lib/media/names/project-id.ts';
import type { LocalState } from '#lib/media/types.ts';

/** What of a file's description counts here. */
export interface FileFacts {
  isFile(): boolean;
  size: number;
  blocks?: number | undefined;
}

export interface StatOptions {
  stat?: ((path: string) => Promise<FileFacts>) | undefined;
  platform?: string | undefined;
}

/** Sync services keep a file's name and size, and fetch its bytes when it is opened. On Linux, sparse files look the same. */
const CLOUD_PLATFORMS: ReadonlySet<string> = new Set(['darwin', 'win32']);
const NOT_THERE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR']);

/**
 * State of a file of the library, by its description alone: opening one that is in the cloud may hang for ever.
 * @param sizeBytes as recorded; 0: not known
 */
export async function localStateOf(
  root: string,
  localPath: string,
  sizeBytes: number,
  { stat = lstat, platform = process.platform }: StatOptions = {},
): Promise<LocalState> {
  if (!parseLocalPath(localPath)) return 'missing';
  const path = join(root, ...localPath.split('/'));
  try {
    const file = await stat(path);
    if (!file.isFile() || file.size === 0 || (sizeBytes > 0 && file.size !== sizeBytes)) return 'missing';
    return file.blocks === 0 && CLOUD_PLATFORMS.has(platform) ? 'in-cloud' : 'here';
  } catch (error) {
    if (NOT_THERE.has(errnoOf(error))) return 'missing';
    throw diskError(error, path, 'recording', 'read');
  }
}
