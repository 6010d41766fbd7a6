import { createHash } from 'node:crypto';
import { lstat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, systemClock, throwIfAborted } from '#lib/base/clock.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { recordsOf, viewOf } from '#lib/media/items/project-records.server.ts';
import type { MediaObject, MediaRecord } from '#lib/media/items/record.ts';
import { assertProjectId } from '#lib/media/names/project-id.ts';
import { readableLibrary } from '#lib/media/root/library.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import type { MediaEventOptions, MediaItem } from '#lib/media/types.ts';
import { archiveAnswer } from './archive-answer.server.ts';
import { archiveNames, MANIFEST_NAME } from './archive-names.ts';
import { keepCrc, localSource } from './local-source.server.ts';
import { entryOf, type Manifest, whyMissing } from './manifest.ts';
import { storedSource } from './stored-source.server.ts';
import type { ZipSource } from './zip-stream.server.ts';

export interface ExportOptions extends MediaEventOptions {
  /** Answered as far as HTTP goes: HEAD, `Range`, `If-Range`, `If-None-Match`. */
  request?: Request | undefined;
  signal?: AbortSignal | undefined;
  library?: MediaLibrary | undefined;
  clock?: Clock | undefined;
}

/**
 * A project as one ZIP archive: the files that are on disk or in object storage, and `manifest.json`, which lists them and what is missing with
 * the reason. It is streamed, of exact length, and can be resumed. Items that only a provider or a browser has are listed
 * as missing: call `saveAllToDisk` first, since an answer that waits for downloads is cut off by proxies.
 * @throws ReelError `invalid-input`; `not-found` for a project without items; `disk` where the records are offline with the
 * library; `network` and others while object storage cannot be asked; `store-corrupt`, `aborted`, `disk*`
 */
export async function exportProject(projectId: string, options: ExportOptions = {}): Promise<Response> {
  assertProjectId(projectId);
  const { request, signal, clock = systemClock } = options;
  const library = readableLibrary(options.library);
  const records = library ? await Array.fromAsync(recordsOf(library, projectId)) : [];
  const kept = records.filter(({ deletedAt }) => deletedAt === undefined).sort(byAge);
  if (!library || kept.length === 0) {
    throw new ReelError('not-found', `Project ${projectId} has no items.`, { stage: 'recording' });
  }
  const { sources, missing, items } = await contentsOf(library, kept, clock.now(), options);
  const manifest = manifestSource({ project: projectId, items, missing }, kept.at(-1)?.createdAt ?? 0);
  return archiveAnswer([manifest, ...sources], { fileName: `${projectId}.zip`, request, signal });
}

interface Contents extends Omit<Manifest, 'project'> {
  sources: ZipSource[];
}

async function contentsOf(
  library: MediaLibrary & { isOffline: boolean },
  records: readonly MediaRecord[],
  nowMs: number,
  { signal, onEvent }: Pick<ExportOptions, 'signal' | 'onEvent'>,
): Promise<Contents> {
  const contents: Contents = { sources: [], items: [], missing: [] };
  const nameOf = archiveNames();
  for (const record of records) {
    throwIfAborted(signal);
    const item = await viewOf(library, record, library.isOffline);
    const source = await sourceOf(library, record, item, nameOf);
    if (!source) {
      contents.missing.push({ id: item.id, name: item.name, reason: whyMissing(item, nowMs) });
      continue;
    }
    contents.items.push(entryOf({ ...item, fileSize: source.sizeBytes }, source.name));
    contents.sources.push(source);
    const { name, localPath = '' } = item;
    callSafely(onEvent, { kind: 'exporting', name, source: record.object ? 'object-storage' : 'local', localPath });
  }
  return contents;
}

/** Undefined for an item without a file that can be read. */
async function sourceOf(
  library: MediaLibrary,
  record: MediaRecord,
  { name, localPath, localState }: MediaItem,
  nameOf: (wanted: string, extension: string) => string,
): Promise<ZipSource | undefined> {
  if (localPath === undefined || localState !== 'here') return undefined;
  if (record.object) return objectSource(library, record, record.object, nameOf(name, extname(localPath)));
  const file = await lstat(join(library.root, ...localPath.split('/'))).catch(() => undefined);
  if (!file) return undefined;
  return localSource(library, {
    ...{ name: nameOf(name, extname(localPath)), record: { ...record, localPath } },
    ...{ sizeBytes: file.size, mtimeMs: file.mtimeMs },
  });
}

/** Undefined where it is gone from the store. */
async function objectSource(
  library: MediaLibrary,
  record: MediaRecord,
  { location, name }: MediaObject,
  nameInArchive: string,
): Promise<ZipSource | undefined> {
  const keep = (crc: number) => keepCrc(library, record, crc);
  const options = { nameInArchive, crc32: record.crc32, keepCrc: keep };
  return storedSource(library.objectsAt(location), name, options).catch((error: unknown) => {
    if (isReelError(error) && error.code === 'not-found') return undefined;
    throw error;
  });
}

function manifestSource(manifest: Manifest, modifiedMs: number): ZipSource {
  const bytes = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
  return {
    ...{ name: MANIFEST_NAME, sizeBytes: bytes.length, modifiedMs },
    version: createHash('sha256').update(bytes).digest('hex'),
    crc32: async () => crc32(bytes),
    open: async ({ start, end }) => new Blob([bytes.subarray(start, end + 1)]).stream(),
  };
}

function byAge(one: MediaRecord, other: MediaRecord): number {
  return one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1);
}
