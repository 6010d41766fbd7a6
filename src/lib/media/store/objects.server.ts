import { type MediaObject, type MediaRecord, mediaKey } from '#lib/media/items/record.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { type StoreOptions, storeFile } from './store-file.server.ts';

/**
 * What a record no longer needs when its item gets another file: it stays on record until it is removed.
 * @param next what the item has from now on
 */
export function unwantedBy(former: MediaRecord | undefined, next: MediaObject | undefined): MediaObject[] {
  return objectsOf(former).filter(({ name, location }) => name !== next?.name || location !== next.location);
}

/** Everything that a record has, or may have, in object storage. */
export function objectsOf(record: MediaRecord | undefined): MediaObject[] {
  return [record?.object, record?.uploading, ...(record?.unwanted ?? [])].filter((one) => one !== undefined);
}

/** Whether a file is on its way to object storage, or something there is to be removed. */
function hasObjectWork({ uploading, unwanted = [], deletedAt }: MediaRecord): boolean {
  return deletedAt === undefined && (uploading !== undefined || unwanted.length > 0);
}

/**
 * Goes on with what a killed process, or a store that was away, has left: uploads, and the removal of objects that no item
 * needs. Never rejects: what cannot be done now is left for the next time.
 */
export async function finishObjects(
  library: MediaLibrary,
  record: MediaRecord,
  options: StoreOptions = {},
): Promise<MediaRecord> {
  const stored = await storeFile(library, record, options);
  const { unwanted = [] } = stored;
  if (unwanted.length === 0 || !(await removeObjects(library, unwanted))) return stored;
  const left = await library.store
    .update(mediaKey(record), (current) => current && withoutObjects(current, unwanted))
    .catch(() => undefined);
  return left ?? stored;
}

/** Items with something to do in object storage. */
export async function withObjectWork({ store }: Pick<MediaLibrary, 'store'>): Promise<MediaRecord[]> {
  return (await Array.fromAsync(store.find({ unfinished: true }))).filter(hasObjectWork);
}

/** `finishObjects` for each item, of one project or of all. */
export async function finishAll(
  library: MediaLibrary,
  { projectId, ...options }: StoreOptions & { projectId?: string | undefined },
): Promise<void> {
  for (const record of await withObjectWork(library)) {
    if (options.signal?.aborted) return;
    if ((projectId ?? record.projectId) === record.projectId) await finishObjects(library, record, options);
  }
}

function withoutObjects({ unwanted = [], ...rest }: MediaRecord, gone: readonly MediaObject[]): MediaRecord {
  const left = unwanted.filter(({ name }) => !gone.some((one) => one.name === name));
  return left.length === 0 ? rest : { ...rest, unwanted: left };
}

/** @returns whether all are gone; false where their store cannot be reached now */
export async function removeObjects({ objectsAt }: MediaLibrary, objects: readonly MediaObject[]): Promise<boolean> {
  try {
    for (const { location, name } of objects) await objectsAt(location).remove(name);
    return true;
  } catch {
    return false;
  }
}
