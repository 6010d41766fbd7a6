import { constants, type Stats } from 'node:fs';
import { access, lstat, mkdir, statfs } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { syncFolder } from '#lib/base/disk/durable-publish.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { CaptureOptions } from '#lib/capture/types.ts';

/** The files of one capture, all in one folder: a rename must not cross devices. */
export interface CapturePaths {
  final: string;
  part: string;
  sidecar: string;
  lock: string;
}

/** 255 bytes, the limit of every common file system, less the longest ending that we or write-file-atomic add. */
const LONGEST_NAME_BYTES = 255 - '.f4294967295.part.json.4294967295'.length;
const MIB = 1024 * 1024;
/** Left free beside the file: for the sidecar and for other programs. */
const MARGIN_BYTES = 16 * MIB;

/**
 * The paths of a capture, with the folder made if it is missing, unless it `needsFolder`.
 * @throws ReelError `invalid-input`: a name no file can have, or something other than a plain file is in the way
 */
export async function prepareCapturePaths(
  finalPath: string,
  { partTag, needsFolder }: Pick<CaptureOptions, 'partTag' | 'needsFolder'> = {},
): Promise<CapturePaths> {
  if (finalPath === '' || finalPath.includes('\0') || /[/\\]$/.test(finalPath)) {
    throw invalid(`"${finalPath.replaceAll('\0', '\\0')}" is not a valid file name.`);
  }
  const final = resolve(finalPath);
  const nameBytes = Buffer.byteLength(basename(final));
  if (nameBytes > LONGEST_NAME_BYTES) {
    throw invalid(`The file name of ${final} has ${nameBytes} bytes; the limit is ${LONGEST_NAME_BYTES}.`);
  }
  const part = partTag === undefined ? `${final}.part` : `${final}.${partTag}.part`;
  const paths = { final, part, sidecar: `${part}.json`, lock: `${part}.lock` };
  if (!needsFolder) await makeFolder(dirname(final));
  for (const path of Object.values(paths)) await assertPlainFileOrNothing(path);
  return paths;
}

/** A new folder's own name must survive a power cut as well, hence the sync of each parent. */
async function makeFolder(folder: string): Promise<void> {
  try {
    const first = await mkdir(folder, { recursive: true });
    if (first === undefined) return;
    for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  } catch (error) {
    throw diskError(error, folder, 'downloading');
  }
}

/** A symbolic link at one of these names would redirect our writes outside the folder; a device or pipe never ends. */
export async function assertPlainFileOrNothing(path: string): Promise<Stats | undefined> {
  try {
    const found = await lstat(path);
    if (found.isFile()) return found;
    const what = found.isDirectory() ? 'a folder' : found.isSymbolicLink() ? 'a symbolic link' : 'not a plain file';
    throw invalid(`${path} is ${what}. Remove it or choose another path.`);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return undefined;
    if (errno === 'ENAMETOOLONG')
      throw invalid(`The path ${path} is too long for this file system. Choose a shorter one.`);
    throw diskError(error, path, 'downloading');
  }
}

/** @throws ReelError `disk-denied` when we may not create files in the folder */
export async function assertWritable(path: string): Promise<void> {
  const folder = dirname(resolve(path));
  await access(folder, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw diskError(error, folder, 'downloading');
  });
}

/**
 * Fails before a byte is written if the rest does not fit on the disk.
 * @param missingBytes undefined: the length is unknown; only the margin is checked
 * @throws ReelError `disk-full`
 */
export async function assertFreeSpace(path: string, missingBytes = 0): Promise<void> {
  const folder = dirname(path);
  const { bavail, bsize, blocks } = await statfs(folder).catch((error: unknown) => {
    throw diskError(error, folder, 'downloading');
  });
  // Some network and FUSE file systems do not know their size; a full one says so when it is written to.
  if (blocks === 0) return;
  const freeBytes = bavail * bsize;
  if (freeBytes >= missingBytes + MARGIN_BYTES) return;
  const needed = missingBytes > 0 ? `${missingBytes} more bytes, and ` : '';
  const margin = `${MARGIN_BYTES} bytes (${MARGIN_BYTES / MIB} MiB) that stay free on the disk`;
  throw new ReelError(
    'disk-full',
    `${path} needs ${needed}${margin}; ${folder} has ${freeBytes} free. Free some space, then run it again.`,
    { stage: 'downloading' },
  );
}

function invalid(message: string): ReelError {
  return new ReelError('invalid-input', message, { stage: 'downloading' });
}
