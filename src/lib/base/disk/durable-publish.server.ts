import { renameSync, type Stats } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskError } from './disk-error.server.ts';
import { errnoOf } from './errno.ts';
import { realTarget, temporaryPathFor } from './paths.server.ts';

/**
 * Writes all of `data`. `FileHandle.write` may store less than it was given and still resolve: an error after partial
 * progress is returned as a short count, which is how write-file-atomic 8 installs truncated files on a full disk.
 * @param position byte offset to write at; omitted, the handle's own position moves on
 */
export async function writeAll(handle: FileHandle, data: Uint8Array, position?: number): Promise<void> {
  let written = 0;
  while (written < data.byteLength) {
    const at = position === undefined ? null : position + written;
    const { bytesWritten } = await handle.write(data, written, data.byteLength - written, at);
    // Otherwise a device that accepts nothing would keep the loop running forever.
    if (bytesWritten === 0) throw new Error(`the disk accepted ${written} of ${data.byteLength} bytes`);
    written += bytesWritten;
  }
}

/** Makes a rename inside `folder` survive a power failure: otherwise the new name may be lost, or the old file return. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows has no handle to sync a folder by; NTFS journals the rename itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    ignoreUnsupported(error);
  } finally {
    await handle.close();
  }
}

// Some network and FUSE file systems cannot sync a folder at all; PostgreSQL lets the same errors pass.
const UNSUPPORTED = new Set(['EINVAL', 'ENOTSUP', 'EBADF']);

function ignoreUnsupported(error: unknown): void {
  if (!UNSUPPORTED.has(errnoOf(error) ?? '')) throw error;
}

/**
 * Calls the given rename once, when it chooses: inside a lock, after a last check. `rename` is synchronous so that nothing
 * can happen between the check and the rename. Rejecting without calling it cancels the publication.
 */
export type RenameStep = (rename: () => void) => Promise<void>;

/**
 * The only way that anything reaches a final path: fsync the written file, close it, rename it over `finalPath`, fsync the
 * folder. A failed fsync leaves pages marked clean that never reached the disk, so it is never repeated: the temporary
 * file is deleted and the error is thrown. If only the rename fails, the temporary file is kept.
 * @param handle open for writing on `temporaryPath`; always closed on return
 * @param temporaryPath in the same folder as `finalPath`, so that the rename cannot cross devices
 * @throws ReelError `disk-full`, `disk-denied` or `disk`, or the one that `within` rejects with
 */
export async function publishFile(
  handle: FileHandle,
  temporaryPath: string,
  finalPath: string,
  within?: RenameStep,
): Promise<void> {
  try {
    await syncAndClose(handle, temporaryPath);
    // Without a step the rename need not hold up the event loop: it frees the file that it replaces, which can be large.
    if (within) await renameWithin(within, temporaryPath, finalPath);
    else await rename(temporaryPath, finalPath);
    await syncFolder(dirname(finalPath));
  } catch (error) {
    throw diskError(error, finalPath);
  }
}

async function syncAndClose(handle: FileHandle, temporaryPath: string): Promise<void> {
  try {
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(temporaryPath, { force: true }).catch(() => {});
    throw error;
  }
}

async function renameWithin(within: RenameStep, temporaryPath: string, finalPath: string): Promise<void> {
  let isRenamed = false;
  try {
    await within(() => {
      renameSync(temporaryPath, finalPath);
      isRenamed = true;
    });
  } catch (error) {
    // The file is in place: a failure to release a lock afterwards does not undo that.
    if (!isRenamed) throw error;
  }
}

/**
 * Replaces the file at `path` by `data`: readers, also after a power failure, see either the old bytes or the new ones.
 * A symbolic link is followed, so that the link stays and its target is replaced. The permissions of an existing file
 * are kept.
 * @param mode of a new file, less the umask
 * @throws ReelError `disk-full`, `disk-denied` or `disk`; the old file is then untouched, unless only the last step,
 *   syncing the folder, failed: then the new one may already have replaced it
 */
export async function writeFileDurably(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  let temporary: string | undefined;
  let target = path;
  let handle: FileHandle | undefined;
  try {
    target = realTarget(path);
    temporary = temporaryPathFor(target);
    const old = await statIfThere(target);
    handle = await open(temporary, 'wx', old ? old.mode & 0o777 : mode);
    if (old) await keepPermissions(handle, old);
    await writeAll(handle, bytes);
    await publishFile(handle, temporary, target);
  } catch (error) {
    await handle?.close().catch(() => {});
    if (temporary) await rm(temporary, { force: true }).catch(() => {});
    throw diskError(error, target);
  }
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Gives the new file the mode and owner of the one it replaces: a private file must not become public. */
async function keepPermissions(handle: FileHandle, old: Stats): Promise<void> {
  const own = await handle.stat();
  // Only root may change the owner; otherwise the new file belongs to the current user.
  if (own.uid !== old.uid || own.gid !== old.gid) await handle.chown(old.uid, old.gid).catch(() => {});
  // The umask removed bits when the file was opened. Only changed if it differs: FAT rejects every chmod.
  if (own.mode !== old.mode) await handle.chmod(old.mode & 0o777);
}
