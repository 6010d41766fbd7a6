import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { recordsOf } from '#lib/media/items/project-records.server.ts';
import { fileClaim, type MediaRecord, mediaKey } from '#lib/media/items/record.ts';
import type { SettleParts } from '#lib/media/migrate/capturing.ts';
import { IN_PROGRESS } from '#lib/media/names/file-name.ts';
import { parseLocalPath, projectFolderOf } from '#lib/media/names/project-id.ts';
import { DUE } from '#lib/media/pictures/due-pictures.ts';
import { isPictureName } from '#lib/media/pictures/picture-files.ts';
import { removePictures } from '#lib/media/pictures/remove-pictures.server.ts';
import { begunDeletion } from '#lib/media/remove/begun-deletions.server.ts';
import { namesIn } from '#lib/media/remove/project-files.server.ts';
import { localStateOf } from '#lib/media/root/local-state.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { rootState } from '#lib/media/root/media-root.server.ts';
import type { MediaType } from '#lib/media/types.ts';

const TYPES: Readonly<Record<string, MediaType>> = {
  ...{ '.mp4': 'video', '.mov': 'video', '.webm': 'video' },
  ...{ '.png': 'image', '.webp': 'image', '.jpg': 'image', '.jpeg': 'image' },
};

/**
 * Gives an item to every file of a project that has none: its process was killed when it had saved the file, and had not added
 * the item yet; a save that was killed before it had renamed the file is completed first. Whoever adds the file after all takes
 * it over. An item that was made so goes when its file is gone, since nothing else is known of it. For the holder of the project's
 * lock.
 * @param settleParts passed in as a value, which keeps import chains short
 */
export async function addFoundFiles(
  library: MediaLibrary,
  projectId: string,
  settleParts: SettleParts,
): Promise<MediaRecord[]> {
  const records = await Array.fromAsync(recordsOf(library, projectId));
  const known = await knownFiles(library, projectId, records);
  await settleParts(library, projectId, (claim) => known.has(claim));
  for (const record of records) if (record.isFound) await dropIfGone(library, record);
  const added: MediaRecord[] = [];
  for (const record of await filesWithoutItem(library, projectId, known)) {
    const claim = fileClaim(record.localPath);
    const stored = await library.store.update(
      mediaKey(record),
      (current, step) => (current || step.ownerOf(claim) !== undefined ? current : record),
      { claims: [claim] },
    );
    if (stored?.isFound && stored.deletedAt === undefined) added.push(stored);
  }
  return added;
}

async function dropIfGone(library: MediaLibrary, record: MediaRecord): Promise<void> {
  const { localPath = '', deletedAt } = record;
  if (deletedAt !== undefined || (await stateAt(library, localPath)) !== 'missing') return;
  // It may seem gone because the drive is.
  if (rootState(library).kind !== 'online') return;
  const left = await library.store.update(mediaKey(record), (current) =>
    current?.isFound && current.localPath === localPath && current.deletedAt === undefined ? undefined : current,
  );
  if (!left) await removePictures(library, record);
}

type FoundFile = MediaRecord & { localPath: string };

async function filesWithoutItem(
  library: MediaLibrary,
  projectId: string,
  known: ReadonlySet<string>,
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const name of await namesIn(library.root, projectFolderOf(projectId))) {
    const localPath = `${projectFolderOf(projectId)}/${name}`;
    const type = TYPES[extname(name).toLowerCase()];
    const isOurs = parseLocalPath(localPath) !== undefined && !IN_PROGRESS.test(name) && !isPictureName(name);
    if (type === undefined || !isOurs || known.has(fileClaim(localPath))) continue;
    if ((await stateAt(library, localPath)) === 'missing') continue;
    const { size, mtimeMs } = await lstat(join(library.root, localPath));
    const id = idOf(localPath, size, mtimeMs);
    const fields = { name, type, localPath, fileSize: size, createdAt: Math.floor(mtimeMs), isFound: true };
    found.push({ projectId, id, ...fields, ...(type === 'video' && { pictures: DUE }) });
  }
  return found;
}

/** What has the files of a project, as claims: also the items that are being saved, and those whose deletion is not complete. */
async function knownFiles(
  { root }: MediaLibrary,
  projectId: string,
  records: readonly MediaRecord[],
): Promise<Set<string>> {
  const known = new Set<string>();
  // A project whose folder was to be moved with it: the process was killed before.
  const begunMs = await begunDeletion(root, projectId);
  for (const { localPath, savingAs, trashing = [], restoringTo = {}, deletedAt, trashedIn } of records) {
    const isHalfDeleted = trashedIn === undefined && deletedAt !== undefined && Date.parse(deletedAt) === begunMs;
    const onTheWay = [...trashing, ...Object.values(restoringTo)];
    for (const path of deletedAt === undefined || isHalfDeleted ? [localPath, savingAs] : onTheWay)
      if (path !== undefined) known.add(fileClaim(path));
  }
  return known;
}

/** Of a file as it is now: another one that gets its name later is another item. */
function idOf(localPath: string, sizeBytes: number, mtimeMs: number): string {
  const text = JSON.stringify([localPath, sizeBytes, mtimeMs]);
  return `file-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

function stateAt({ root, statOptions }: MediaLibrary, localPath: string) {
  return localStateOf(root, localPath, 0, statOptions);
}
