import { constants } from 'node:fs';
import { type FileHandle, open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { publishFile, writeAll } from '#lib/base/disk/durable-publish.server.ts';
import { isReelError } from '#lib/media/index.ts';

/** Answers requests for one archive, with `Range`. */
export type OpenArchive = (request: Request) => Promise<Response>;

export interface ArchiveProgress {
  bytesWritten: number;
  bytesTotal: number;
}

const ADDRESS = 'http://localhost/';
const TAG_LENGTH = 16;

/**
 * Writes an archive to a file: as a part file beside it, which takes its name when it is whole. What an earlier call left
 * of the same archive is continued; a part of another one is removed.
 * @returns the size of the file
 * @throws ReelError `integrity` where a file of it was changed meanwhile; what `openArchive` throws; `disk*`
 */
export async function writeArchive(
  openArchive: OpenArchive,
  path: string,
  onProgress: (progress: ArchiveProgress) => void,
): Promise<number> {
  const head = await openArchive(new Request(ADDRESS, { method: 'HEAD' }));
  const etag = head.headers.get('etag') ?? '';
  const bytesTotal = Number(head.headers.get('content-length'));
  const partPath = partOf(path, etag);
  await removeOtherParts(path, partPath);
  const handle = await openPart(partPath);
  try {
    const start = await lengthToKeep(handle, bytesTotal);
    if (start < bytesTotal) {
      const range = { range: `bytes=${start}-`, 'if-range': etag };
      const answer = await openArchive(new Request(ADDRESS, { headers: range }));
      await receive(answer, handle, { start: answer.status === 206 ? start : 0, bytesTotal, onProgress });
    }
    await publishFile(handle, partPath, path);
    return bytesTotal;
  } catch (error) {
    await handle.close().catch(() => {});
    // Its bytes are not those of any archive.
    if (isReelError(error) && error.code === 'integrity') await rm(partPath, { force: true });
    throw diskError(error, path);
  }
}

interface Receiving {
  start: number;
  bytesTotal: number;
  onProgress: (progress: ArchiveProgress) => void;
}

async function receive(answer: Response, handle: FileHandle, { start, bytesTotal, onProgress }: Receiving) {
  let bytesWritten = start;
  await handle.truncate(start);
  for await (const piece of answer.body ?? []) {
    await writeAll(handle, piece, bytesWritten);
    bytesWritten += piece.length;
    onProgress({ bytesWritten, bytesTotal });
  }
}

/** Named after the archive, so that a part of another one is never continued. */
function partOf(path: string, etag: string): string {
  return `${path}.${etag.replaceAll(/[^A-Za-z0-9_-]/g, '').slice(0, TAG_LENGTH)}.part`;
}

async function removeOtherParts(path: string, partPath: string): Promise<void> {
  const [name, folder] = [basename(path), dirname(path)];
  const names = await readdir(folder).catch((error: unknown) => {
    throw diskError(error, folder);
  });
  for (const other of names) {
    const tag =
      other.startsWith(`${name}.`) && other.endsWith('.part') ? other.slice(name.length + 1, -'.part'.length) : '';
    const isOurs = tag.length === TAG_LENGTH && /^[A-Za-z0-9_-]+$/.test(tag);
    if (isOurs && other !== basename(partPath)) await rm(join(folder, other), { force: true });
  }
}

/** Without emptying what an earlier call left. */
async function openPart(partPath: string): Promise<FileHandle> {
  return open(partPath, constants.O_RDWR | constants.O_CREAT, 0o644).catch((error: unknown) => {
    throw diskError(error, partPath);
  });
}

/** How much of the part file can be continued. */
async function lengthToKeep(handle: FileHandle, bytesTotal: number): Promise<number> {
  const { size } = await handle.stat();
  return size <= bytesTotal ? size : 0;
}
