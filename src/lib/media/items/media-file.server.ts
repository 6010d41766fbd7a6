import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { IN_PROGRESS } from '#lib/media/names/file-name.ts';
import { mimeTypeOf } from '#lib/media/names/mime-type.ts';
import { parseLocalPath, projectFolderOf } from '#lib/media/names/project-id.ts';
import { isInside } from '#lib/media/play/local-file.server.ts';
import { readableLibrary } from '#lib/media/root/library.server.ts';
import { localStateOf } from '#lib/media/root/local-state.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { recordsOf } from './project-records.server.ts';
import type { MediaRecord } from './record.ts';

/** A file of the library, wherever it is. */
export interface MediaFile {
  /** Absolute; nothing is there where the file is in object storage. */
  path: string;
  sizeBytes: number;
  mimeType: string;
  sha256?: string | undefined;
  durationSeconds?: number | undefined;
  /** In object storage. */
  object?: { location: string; name: string } | undefined;
}

/**
 * The file of this name in a project, on disk or in object storage.
 * @returns undefined where there is none that is finished, where the drive of the library is away, and for a file that a sync
 * service keeps elsewhere: opening it may hang for ever
 * @throws ReelError `store-corrupt`, `config`
 */
export async function findMediaFile(
  projectId: string,
  fileName: string,
  options: { library?: MediaLibrary | undefined } = {},
): Promise<MediaFile | undefined> {
  const localPath = `${projectFolderOf(projectId)}/${fileName}`;
  const library = parseLocalPath(localPath) && readableLibrary(options.library);
  if (!library || IN_PROGRESS.test(fileName)) return undefined;
  const path = join(library.root, ...localPath.split('/'));
  const mimeType = mimeTypeOf(fileName);
  const state = await localStateOf(library.root, localPath, 0, library.statOptions);
  if (state === 'here') {
    // A link in the place of the project's folder would serve files from anywhere on this machine.
    if (!(await isInside(library.root, localPath))) return undefined;
    return { path, sizeBytes: (await lstat(path)).size, mimeType };
  }
  if (state !== 'missing') return undefined;
  const stored = await storedAt(library, projectId, localPath);
  return stored && { path, mimeType, ...factsOf(stored) };
}

async function storedAt(
  library: NonNullable<ReturnType<typeof readableLibrary>>,
  projectId: string,
  localPath: string,
): Promise<MediaRecord | undefined> {
  for await (const record of recordsOf(library, projectId)) {
    if (record.localPath === localPath && record.deletedAt === undefined) return record.object && record;
  }
  return undefined;
}

function factsOf({ fileSize, sha256, duration, object }: MediaRecord) {
  return { sizeBytes: fileSize, sha256, durationSeconds: duration, object };
}
