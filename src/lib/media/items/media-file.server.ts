import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { mimeTypeOf } from '#lib/media/names/mime-type.ts';
import { parseLocalPath, projectFolderOf } from '#lib/media/names/project-id.ts';
import { readableLibrary } from '#lib/media/root/library.server.ts';
import { localStateOf } from '#lib/media/root/local-state.server.ts';
import type { ItemOptions } from './items.server.ts';

/** A file of the library. */
export interface MediaFile {
  /** Absolute. */
  path: string;
  sizeBytes: number;
  mimeType: string;
  sha256?: string | undefined;
}

/** Of a file that is being written. */
const IN_PROGRESS = /\.part(\.|$)/;

/**
 * The file of this name in a project. One that is in the cloud is none: opening it may hang.
 * @returns undefined where there is none, or where the drive of the library is away
 * @throws ReelError `store-corrupt`, `config`, `disk`
 */
export async function findMediaFile(
  projectId: string,
  fileName: string,
  options: ItemOptions = {},
): Promise<MediaFile | undefined> {
  const localPath = `${projectFolderOf(projectId)}/${fileName}`;
  const library = parseLocalPath(localPath) && !IN_PROGRESS.test(fileName) && readableLibrary(options.library);
  if (!library || (await localStateOf(library.root, localPath, 0)) !== 'here') return undefined;
  const path = join(library.root, ...localPath.split('/'));
  const { size: sizeBytes } = await lstat(path);
  return { path, sizeBytes, mimeType: mimeTypeOf(fileName) };
}
