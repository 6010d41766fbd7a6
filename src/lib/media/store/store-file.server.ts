import { randomBytes } from 'node:crypto';
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256OfFile } from '#lib/base/disk/file-hash.server.ts';
import { type MediaObject, type MediaRecord, mediaKey } from '#lib/media/items/record.ts';
import { mimeTypeOf } from '#lib/media/names/mime-type.ts';
import { localStateOf } from '#lib/media/root/local-state.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { nameOfOwn } from '#lib/stores/assets/asset-rules.ts';

const MARK_BYTES = 6;

export interface StoreOptions {
  signal?: AbortSignal | undefined;
  /** Called with what has been sent of the file. */
  onBytes?: ((record: MediaRecord, bytes: { bytesSent: number; bytesTotal: number }) => void) | undefined;
}

type Going = MediaRecord & { localPath: string; uploading: MediaObject };

/**
 * Moves an item's file to object storage, where that is configured. Its name there is on record before the first byte leaves,
 * and until the local file is removed: killed at any point, the next call goes on with the same object. Never rejects: what
 * cannot be uploaded now stays in the library.
 * @returns the record as it is then
 */
export async function storeFile(
  library: MediaLibrary,
  record: MediaRecord,
  options: StoreOptions = {},
): Promise<MediaRecord> {
  if (!library.assets.isRemote) return record;
  try {
    const begun = await begin(library, record);
    if (!isGoing(begun)) return begun ?? record;
    const stored = begun.object ? begun : await upload(library, begun, options);
    return (isGoing(stored) && stored.object ? await removeLocal(library, stored) : stored) ?? record;
  } catch {
    return (await library.store.get(mediaKey(record)).catch(() => undefined)) ?? record;
  }
}

function isGoing(record: MediaRecord | undefined): record is Going {
  const { localPath, uploading, deletedAt } = record ?? {};
  // The files of a deleted project are in the trash.
  return localPath !== undefined && uploading !== undefined && deletedAt === undefined;
}

/**
 * What a file will be in object storage; undefined where it stays in the library. It goes on record together with the file, so
 * that whoever comes after a killed process uploads it. The name has a part that no other object has: a film of the same name
 * may be in the trash, with the same bytes.
 */
export async function uploadFor(
  { assets, root, statOptions }: MediaLibrary,
  localPath: string,
  fileSize: number,
): Promise<MediaObject | undefined> {
  if (!assets.isRemote || (await localStateOf(root, localPath, fileSize, statOptions)) !== 'here') return undefined;
  return { location: assets.location, name: nameOfOwn(localPath, randomBytes(MARK_BYTES).toString('hex')) };
}

async function begin(library: MediaLibrary, record: MediaRecord): Promise<MediaRecord | undefined> {
  const { localPath, fileSize } = record;
  if (localPath === undefined || record.object || isGoing(record)) return record;
  const uploading = await uploadFor(library, localPath, fileSize);
  if (!uploading) return record;
  return library.store.update(mediaKey(record), (current) => {
    const isSame = current?.localPath === localPath && !current.object && !current.uploading && !current.deletedAt;
    return isSame ? { ...current, uploading } : current;
  });
}

async function upload(
  { root, store, objectsAt, statOptions }: MediaLibrary,
  record: Going,
  { signal, onBytes }: StoreOptions,
): Promise<MediaRecord | undefined> {
  const { localPath, uploading } = record;
  // A sync service has taken it since: reading it may hang for ever.
  if ((await localStateOf(root, localPath, 0, statOptions)) === 'in-cloud') return record;
  const path = join(root, ...localPath.split('/'));
  const { sizeBytes, sha256 } = await factsOf(path, record);
  const facts = { sizeBytes, sha256, mimeType: mimeTypeOf(localPath) };
  const target = objectsAt(uploading.location);
  const onProgress = (bytesSent: number) => onBytes?.(record, { bytesSent, bytesTotal: sizeBytes });
  await target.put(uploading.name, { path }, facts, { signal, onProgress, isOwnName: true });
  const stored = await store.update(mediaKey(record), (current) =>
    current?.uploading?.name === uploading.name
      ? { ...current, fileSize: sizeBytes, sha256, object: uploading }
      : current,
  );
  // The item has another file by now, or is gone for good.
  if (stored?.object?.name !== uploading.name) await target.remove(uploading.name);
  return stored;
}

async function factsOf(path: string, { fileSize, sha256 }: MediaRecord) {
  if (fileSize > 0 && sha256 !== undefined) return { sizeBytes: fileSize, sha256 };
  return { sizeBytes: (await lstat(path)).size, sha256: await sha256OfFile(path) };
}

async function removeLocal({ root, store }: MediaLibrary, record: Going): Promise<MediaRecord | undefined> {
  const { localPath, fileSize, uploading } = record;
  const path = join(root, ...localPath.split('/'));
  const isKept = (await store.get(mediaKey(record)))?.deletedAt === undefined;
  // That of a deleted item is in the trash: what has its name now is another one's.
  const file = isKept ? await lstat(path).catch(() => undefined) : undefined;
  if (file?.isFile() && file.size === fileSize) await rm(path);
  return store.update(mediaKey(record), (current) => {
    if (current?.uploading?.name !== uploading.name || current.deletedAt !== undefined) return current;
    const { uploading: _done, ...rest } = current;
    return rest;
  });
}
