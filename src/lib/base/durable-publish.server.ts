import { randomBytes } from 'node:crypto';
import { type FileHandle, open, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { diskError } from './disk-error.server.ts';

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
  } finally {
    await handle.close();
  }
}

/**
 * The one way anything reaches a final path: fsync the written file, close it, rename it over `finalPath`, fsync the
 * folder. A failed fsync leaves pages marked clean that never reached the disk, so it is never repeated: the temporary
 * file is deleted and the error goes up.
 * @param handle open for writing on `temporaryPath`; closed on return, whatever happens
 * @param temporaryPath in the same folder as `finalPath`, so that the rename cannot cross devices
 * @throws ReelError `disk-full`, `disk-denied` or `disk`
 */
export async function publishFile(handle: FileHandle, temporaryPath: string, finalPath: string): Promise<void> {
  try {
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporaryPath, finalPath);
    await syncFolder(dirname(finalPath));
  } catch (error) {
    await rm(temporaryPath, { force: true }).catch(() => {});
    throw diskError(error, finalPath);
  }
}

/**
 * Replaces the file at `path` by `data`: a reader, and a machine that loses power, sees the old bytes or the new ones.
 * A symbolic link is followed, so that the link stays and its target is replaced.
 * @throws ReelError `disk-full`, `disk-denied` or `disk`; the old file is then untouched
 */
export async function writeFileDurably(path: string, data: string | Uint8Array, mode = 0o644): Promise<void> {
  const target = await realpath(path).catch(() => path);
  // 128 random bits: two containers with one pid on one volume must not share a temporary name.
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(16).toString('hex')}.tmp`);
  const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  let handle: FileHandle | undefined;
  try {
    handle = await open(temporary, 'wx', mode);
    await writeAll(handle, bytes);
  } catch (error) {
    await handle?.close().catch(() => {});
    await rm(temporary, { force: true }).catch(() => {});
    throw diskError(error, target);
  }
  await publishFile(handle, temporary, target);
}
