import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#lib/base/clock.ts';
import { makeFolderBelow } from '#lib/base/disk/durable-create.server.ts';
import { acquireFileLock } from '#lib/base/disk/file-lock.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import { fileOwner } from '#lib/media/items/file-owner.ts';
import { freeName, IN_PROGRESS, nameKey } from '#lib/media/names/file-name.ts';
import { projectFolderOf } from '#lib/media/names/project-id.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { assertOnline } from '#lib/media/root/media-root.server.ts';
import { beginNote, removeNote } from './part-note.server.ts';

export interface FreePlace {
  fileName: string;
  /** Relative to the library's root. */
  localPath: string;
  finalPath: string;
}

export interface ReservedName extends FreePlace {
  /** In the same folder; made for this save, which nobody else then takes the name from. */
  partPath: string;
  /** On the empty part file. */
  handle: FileHandle;
}

type Library = Pick<MediaLibrary, 'root' | 'notePath' | 'store'>;

/** Hidden, so that no file of a project can have this name. */
const LOCK_FILE = '.media.lock.db';

/**
 * Takes a free name in a project: `wanted`, else with `-2`, `-3`. The part file stands for it until the file is in
 * place, for all processes; a note beside it says that it is a save's, which removes both.
 * @param options.asked equal for equal saves
 * @throws ReelError `invalid-input` where another project's id differs in case only; `busy`; `disk` where the library has
 * gone offline: nothing is made then; the file system's error
 */
export function reserveName(
  library: Library,
  projectId: string,
  wanted: string,
  { clock, asked }: { clock: Clock; asked?: string | undefined },
): Promise<ReservedName> {
  return withFreeName(library, { projectId, wanted, clock }, async (place) => {
    const partPath = `${place.finalPath}.part`;
    try {
      await beginNote(partPath, asked);
      return { ...place, partPath, handle: await open(partPath, 'wx', 0o644) };
    } catch (error) {
      await removeNote(partPath).catch(() => {});
      throw error;
    }
  });
}

/**
 * Finds a free name as `reserveName`, and lets nobody take it while `use` runs, which makes a file of that name.
 * @throws as `reserveName`, and what `use` throws
 */
export async function withFreeName<T>(
  library: Library,
  { projectId, wanted, clock }: { projectId: string; wanted: string; clock: Clock },
  use: (place: FreePlace) => Promise<T>,
): Promise<T> {
  const { root } = library;
  const folder = join(root, ...projectFolderOf(projectId).split('/'));
  const lock = await acquireFileLock(join(root, LOCK_FILE), { clock });
  try {
    await assertOwnFolder(root, projectId);
    assertOnline(library);
    makeFolderBelow(root, projectFolderOf(projectId));
    const taken = new Set((await readdir(folder)).map((name) => nameKey(name.replace(IN_PROGRESS, ''))));
    const fileName = await freeFor(library, projectId, wanted, taken);
    const localPath = `${projectFolderOf(projectId)}/${fileName}`;
    return await use({ fileName, localPath, finalPath: join(folder, fileName) });
  } finally {
    lock.release();
  }
}

/** The file of an item may be in object storage, or away for a while: it keeps its name. */
async function freeFor(
  library: Pick<MediaLibrary, 'store'>,
  projectId: string,
  wanted: string,
  taken: Set<string>,
): Promise<string> {
  for (;;) {
    const name = freeName(wanted, (key) => taken.has(key));
    const owner = await fileOwner(library, projectId, `${projectFolderOf(projectId)}/${name}`);
    if (owner === undefined) return name;
    taken.add(nameKey(name));
  }
}

/** macOS and Windows would put both projects into one folder, and deleting one would delete the other. */
async function assertOwnFolder(root: string, projectId: string): Promise<void> {
  const others = await readdir(join(root, 'projects')).catch(() => []);
  const other = others.find((name) => nameKey(name) === nameKey(projectId) && name !== projectId);
  if (other === undefined) return;
  const message = `Project ${projectId} differs from project ${other} in case only, and file systems may take both for one. Use another id.`;
  throw new ReelError('invalid-input', message, { stage: 'recording' });
}
