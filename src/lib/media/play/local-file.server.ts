import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { streamFile } from '#lib/base/disk/file-stream.server.ts';
import { isReelError } from '#lib/base/errors.ts';
import { IN_PROGRESS } from '#lib/media/names/file-name.ts';
import { mimeTypeOf } from '#lib/media/names/mime-type.ts';
import { parseLocalPath, projectFolderOf } from '#lib/media/names/project-id.ts';
import { isOwnFolder } from '#lib/media/remove/project-files.server.ts';
import { localStateOf } from '#lib/media/root/local-state.server.ts';

export interface OpenedLocalFile {
  sizeBytes: number;
  mimeType: string;
  /** Weak: of its size and time. */
  etag: string;
  /** Takes the file over, and closes it in the end. */
  stream(range: { start: number; end: number }): ReadableStream<Uint8Array>;
  /** For one that is not streamed. */
  close(): Promise<void>;
}

// Undefined on Windows. A link in the place of the file would lead elsewhere, and opening a pipe would wait for its writer.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
const NOT_THERE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO']);

/**
 * Opens a file below the root of a library, whether or not an item has it. Links are not followed.
 * @returns undefined where there is no such file, and for any other path than one of the library's
 * @throws ReelError `disk*` where it cannot be told
 */
export async function openLocalFile(root: string, localPath: string): Promise<OpenedLocalFile | undefined> {
  if (!(await isInside(root, localPath))) return undefined;
  const path = join(root, ...localPath.split('/'));
  try {
    const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const found = await handle.stat({ bigint: true });
    if (!found.isFile()) return await handle.close().then(() => undefined);
    return {
      sizeBytes: Number(found.size),
      mimeType: mimeTypeOf(localPath),
      etag: `W/"${found.size}-${found.mtimeNs}"`,
      stream: (range) => streamFile(handle, range),
      close: () => handle.close(),
    };
  } catch (error) {
    if (NOT_THERE.has(errnoOf(error))) return undefined;
    throw diskError(error, path, 'recording', 'read');
  }
}

/** As `openLocalFile`, without opening it: that could hang for a file in the cloud. */
export async function hasLocalFile(root: string, localPath: string): Promise<boolean> {
  return (await isInside(root, localPath)) && (await localStateOf(root, localPath, 0)) !== 'missing';
}

/** Whether a path is one of a file in a project's own folder: links lead elsewhere. */
export async function isInside(root: string, localPath: string): Promise<boolean> {
  const parts = parseLocalPath(localPath);
  if (!parts || IN_PROGRESS.test(parts.fileName)) return false;
  try {
    return await isOwnFolder(root, projectFolderOf(parts.projectId));
  } catch (error) {
    if ((isReelError(error) && error.code === 'invalid-input') || errnoOf(error) === 'ENOTDIR') return false;
    throw diskError(error, root, 'recording', 'read');
  }
}
