import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { throwIfAborted } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { streamFile } from '#lib/base/disk/file-stream.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import { type MediaRecord, mediaKey } from '#lib/media/items/record.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { rootState } from '#lib/media/root/media-root.server.ts';
import type { ZipSource } from './zip-stream.server.ts';

export interface LocalFile {
  /** In the archive. */
  name: string;
  record: MediaRecord & { localPath: string };
  sizeBytes: number;
  mtimeMs: number;
}

// Undefined on Windows. A link in the place of the file would lead elsewhere, and opening a pipe would wait for its writer.
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** A file of the library as an entry of an archive. Its CRC-32 is computed once, and kept in its record. */
export function localSource(library: MediaLibrary, { name, record, sizeBytes, mtimeMs }: LocalFile): ZipSource {
  const path = join(library.root, ...record.localPath.split('/'));
  let known = record.crc32;
  const read = (range: { start: number; end: number }) => readFile(path, name, sizeBytes, range);
  return {
    ...{ name, sizeBytes, modifiedMs: record.createdAt, version: `${record.sha256 ?? ''} ${mtimeMs}` },
    open: read,
    async crc32(signal) {
      if (known !== undefined) return known;
      known = await crcOf(await read({ start: 0, end: sizeBytes - 1 }), signal);
      await keepCrc(library, record, known);
      return known;
    },
    async onChanged() {
      known = undefined;
      await keepCrc(library, record, undefined);
    },
  };
}

/** @throws ReelError `integrity` where another file is there now: the archive's length has been promised */
async function readFile(path: string, name: string, sizeBytes: number, range: { start: number; end: number }) {
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: unknown) => {
    throw diskError(error, path, 'recording', 'read');
  });
  const found = await handle.stat();
  if (found.isFile() && found.size === sizeBytes) return streamFile(handle, range);
  await handle.close();
  throw new ReelError('integrity', `${name} was changed while the archive was sent. Export it again.`, {
    stage: 'recording',
    retryable: true,
  });
}

/** Of a whole stream. */
export async function crcOf(stream: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<number> {
  let crc = 0;
  for await (const piece of stream) {
    throwIfAborted(signal);
    crc = crc32(piece, crc);
  }
  return crc;
}

/** The archive does not depend on it: a drive may be read-only. */
export async function keepCrc(library: MediaLibrary, record: MediaRecord, value: number | undefined): Promise<void> {
  if (rootState(library).kind !== 'online') return;
  const keep = (current: MediaRecord | undefined) => {
    if (!current || current.localPath !== record.localPath || current.crc32 === value) return current;
    const { crc32: _former, ...rest } = current;
    return value === undefined ? rest : { ...rest, crc32: value };
  };
  await library.store.update(mediaKey(record), keep).catch(() => {});
}
