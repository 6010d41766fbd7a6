import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileOwner } from '#lib/media/items/file-owner.ts';
import type { MediaRecord } from '#lib/media/items/record.ts';
import { IN_PROGRESS } from '#lib/media/names/file-name.ts';
import { parseLocalPath } from '#lib/media/names/project-id.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { isOwnFolder } from './project-files.server.ts';

/** Removes what an item has in its project besides its files, which are gone: what of a download is there. */
export async function removeItemRest(library: MediaLibrary, record: MediaRecord): Promise<void> {
  const { projectId, savingAs } = record;
  if (savingAs === undefined || parseLocalPath(savingAs)?.projectId !== projectId) return;
  if ((await fileOwner(library, projectId, savingAs)) !== undefined) return;
  const [, , folder = '', name = ''] = savingAs.split('/');
  await removePartsOf(library.root, `projects/${projectId}/${folder}`, name);
}

async function removePartsOf(root: string, folder: string, fileName: string): Promise<void> {
  // A link in its place leads elsewhere: what is there is not ours.
  if (!(await isOwnFolder(root, folder).catch(() => false))) return;
  for (const name of await readdir(join(root, folder))) {
    // The file itself is another item's, if it is there; so is one whose name only begins like it.
    if (name !== fileName && name.replace(IN_PROGRESS, '') === fileName)
      await rm(join(root, folder, name), { force: true });
  }
}
