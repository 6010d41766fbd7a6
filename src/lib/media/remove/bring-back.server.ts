import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { fileOwner } from '#lib/media/items/file-owner.ts';
import { recordsOf } from '#lib/media/items/project-records.server.ts';
import { fileClaim, type MediaRecord, mediaKey } from '#lib/media/items/record.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { withFreeName } from '#lib/media/save/reserve-name.server.ts';
import { isOwnFolder, isThere, moveWithin } from './project-files.server.ts';
import { bringPicturesBack } from './restore-pictures.server.ts';
import { TRASH } from './trash-names.ts';

/**
 * Brings the files of a deleted item back from the trash, and then its record. Called again, it goes on where a process was
 * killed. For the holder of the project's lock.
 * @throws ReelError `busy` where another file has just taken the name; as `isOwnFolder`; the file system's error
 */
export async function bringBack(library: MediaLibrary, record: MediaRecord, clock: Clock): Promise<MediaRecord> {
  const localPath = await backInPlace(library, record, record.localPath, clock);
  const savingAs =
    record.savingAs === record.localPath ? localPath : await backInPlace(library, record, record.savingAs, clock);
  const pictures = await bringPicturesBack(library, record, localPath);
  const restored = await unmark(library, record, { localPath, savingAs, pictures });
  await rmdir(join(library.root, record.trashedIn ?? TRASH)).catch(() => {});
  return restored ?? record;
}

/**
 * Brings back the items of a project over which a process was killed amid that. One that cannot be brought back now is left for
 * the next time, or for whoever asks for it.
 * @param except id of an item that is being asked for
 */
export async function finishRestoring(
  library: MediaLibrary,
  projectId: string,
  clock: Clock,
  except?: string,
): Promise<void> {
  for await (const record of recordsOf(library, projectId)) {
    const isBegun = record.trashedIn !== undefined && record.restoringTo !== undefined;
    if (isBegun && record.id !== except) await bringBack(library, record, clock).catch(() => {});
  }
}

/** @returns the path that a file of the item has from now on: the former one, unless another file has taken it */
async function backInPlace(
  library: MediaLibrary,
  record: MediaRecord,
  path: string | undefined,
  clock: Clock,
): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const { projectId, trashedIn = '' } = record;
  const wanted = path.split('/').at(-1) ?? '';
  const trashed = `${trashedIn}/${wanted}`;
  const isTrashed = (await isOwnFolder(library.root, trashedIn)) && (await isThere(join(library.root, trashed)));
  // It is back in place already, brought there by a process that was killed.
  const broughtTo = isTrashed ? undefined : record.restoringTo?.[path];
  if (broughtTo !== undefined) return broughtTo;
  if (!isTrashed && (await fileOwner(library, projectId, path)) === undefined) return path;
  return withFreeName(library, { projectId, wanted, clock }, async ({ localPath }) => {
    if (!isTrashed) return localPath;
    // Before the move: killed after it, the file must not be taken for one that nobody has, and its item must find it.
    await library.store.update(
      mediaKey(record),
      (current) => current && { ...current, restoringTo: { ...current.restoringTo, [path]: localPath } },
    );
    await moveWithin(library.root, trashed, localPath);
    return localPath;
  });
}

type Restored = Pick<MediaRecord, 'localPath' | 'savingAs' | 'pictures'>;

function unmark({ store }: MediaLibrary, record: MediaRecord, fields: Restored) {
  const key = mediaKey(record);
  const claims = fields.localPath === undefined ? [] : [fileClaim(fields.localPath)];
  return store.update(
    key,
    (current, step) => {
      if (current === undefined || current.trashedIn !== record.trashedIn) return current;
      if (claims.some((claim) => step.ownerOf(claim) !== undefined)) throw isTakenNow(record.name);
      const {
        deletedAt: _at,
        trashedIn: _in,
        trashing: _moved,
        restoringTo: _to,
        localPath: _path,
        savingAs: _as,
        pictures: _pictures,
        ...rest
      } = current;
      const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
      return { ...rest, ...given };
    },
    { claims },
  );
}

function isTakenNow(name: string): ReelError {
  return new ReelError('busy', `Another file has just taken the name of ${name}. Try again.`, { stage: 'recording' });
}
