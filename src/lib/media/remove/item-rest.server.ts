import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileOwner } from '#lib/media/items/file-owner.ts';
import type { MediaRecord } from '#lib/media/items/record.ts';
import { parseLocalPath } from '#lib/media/names/project-id.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { isOwnFolder } from './project-files.server.ts';

/** In a project's folder. */
export const PICTURES = 'pictures';

/** Of a project: where pictures of its films are kept, which can be drawn again. */
export function picturesFolderOf(projectId: string): string {
  return `projects/${projectId}/${PICTURES}`;
}

/** What the names of an item's pictures begin with; another file of the same item has another one. */
export function pictureNameOf({ id, localPath, fileSize }: Pick<MediaRecord, 'id' | 'localPath' | 'fileSize'>): string {
  const content = JSON.stringify([id, localPath ?? '', fileSize]);
  return createHash('sha256').update(content).digest('hex').slice(0, 32);
}

/** Removes what an item has in its project besides its files, which are gone: pictures, and what of a download is there. */
export async function removeItemRest(library: MediaLibrary, record: MediaRecord): Promise<void> {
  const { projectId, savingAs } = record;
  const isOurs = savingAs !== undefined && parseLocalPath(savingAs)?.projectId === projectId;
  if (isOurs && (await fileOwner(library, projectId, savingAs)) === undefined) {
    const [, , folder = '', name = ''] = savingAs.split('/');
    await removeBeginning(library.root, `projects/${projectId}/${folder}`, `${name}.part`);
  }
  await removeBeginning(library.root, picturesFolderOf(projectId), `${pictureNameOf(record)}.`);
}

async function removeBeginning(root: string, folder: string, beginning: string): Promise<void> {
  // A link in its place leads elsewhere: what is there is not ours.
  if (!(await isOwnFolder(root, folder).catch(() => false))) return;
  for (const name of await readdir(join(root, folder))) {
    if (name.startsWith(beginning)) await rm(join(root, folder, name), { force: true });
  }
}
