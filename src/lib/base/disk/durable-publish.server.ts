import { renameSync, type Stats } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskError } from './disk-error.server.ts';
import { errnoOf } from './errno.ts';
import { realTarget, temporaryPathFor } from './paths.server.ts';

/**
 * Writes all of `data`. `FileHandle.write` may store less than it was given and still resolve: an error after partial
 * progress comes back as a short count, which is how write-file-atomic 8 installs cut files on a full disk.
 * @param position byte offset to write at; omitted, the handle's own position moves on
 */
export async function writeAll(handle: FileHandle, data: Uint8Array, position?: number): Promise<void> {
  let written = 0;
  while (written < data.byteLength) {
    const at = position === undefined ? null : position + written;
    const { bytesWritten } = await handle.write(data, written, data.byteLength - written, at);
    // Without this a device that accepts nothing would keep the loop running for ever.
    if (bytesWritten === 0) throw new Error(`the disk accepted ${written} of ${data.byteLength} bytes`);
    written += bytesWritten;
  }
}

/** Makes a rename inside `folder` survive a power cut: without it the new name may be gone, or the old file back. */
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
 * Runs the given rename, once, at a moment of its own choosing: inside a lock, after a last check. `rename` is synchronous
 * so that nothing can come between the check and the rename. Rejecting without having called it, it calls everything off.
 */
export type RenameStep = (rename: () => void) => Promise<void>;

/**
 * The one way anything reaches a final path: fsync the written file, close it, rename it over `finalPath`, fsync the
 * folder. A failed fsync leaves pages marked clean that never reached the disk, so it is never repeated: the temporary
 * file is deleted and the error goes up. When only the rename fails, the temporary file stays.
 * @param handle open for writing on `temporaryPath`; closed on return, whatever happens
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
    // The file is in place: that a lock could not be let go of properly afterwards does not undo it.
    if (!isRenamed) throw error;
  }
}

/**
 * Replaces the file at `path` by `data`: a reader, and a machine that loses power, sees the old bytes or the new ones.
 * A symbolic link is followed, so that the link stays and its target is replaced. The permissions of an existing file
 * are kept.
 * @param mode of a new file, less the umask
 * @throws ReelError `disk-full`, `disk-denied` or `disk`; the old file is then untouched, except when the last step,
 *   syncing the folder, is the one that failed: then the new one may stand in its place
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

/** Gives the new file the mode and owner of the one that it replaces: a private file must not become public. */
async function keepPermissions(handle: FileHandle, old: Stats): Promise<void> {
  const own = await handle.stat();
  // Only root may give a file away; for anybody else, and for a root without that right, the new file is their own.
  if (own.uid !== old.uid || own.gid !== old.gid) await handle.chown(old.uid, old.gid).catch(() => {});
  // The umask took bits away when the file was opened. Asked only then: FAT refuses every change of a mode.
  if (own.mode !== old.mode) await handle.chmod(old.mode & 0o777);
}
