import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { fileOwner } from '#lib/media/items/file-owner.ts';
import { viewOf } from '#lib/media/items/project-records.server.ts';
import { type MediaRecord, mediaKey } from '#lib/media/items/record.ts';
import { generatedFileName, mediaFileName } from '#lib/media/names/file-name.ts';
import { parseLocalPath } from '#lib/media/names/project-id.ts';
import { DUE } from '#lib/media/pictures/due-pictures.ts';
import { removePictures } from '#lib/media/pictures/remove-pictures.server.ts';
import { localStateOf } from '#lib/media/root/local-state.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { assertOnline } from '#lib/media/root/media-root.server.ts';
import { removeNote } from '#lib/media/save/part-note.server.ts';
import { reserveName } from '#lib/media/save/reserve-name.server.ts';
import { type StoreOptions, storeFile, uploadFor } from '#lib/media/store/store-file.server.ts';
import type { BytesReceived, LocalState, MediaItem } from '#lib/media/types.ts';
import type { Capturing } from './capturing.ts';

export type ItemOutcome =
  | { kind: 'saved' | 'alreadyThere' | 'inBrowser'; item: MediaItem }
  | { kind: 'lost'; item: MediaItem; reason: string }
  | { kind: 'failed'; item: MediaItem; error: ReelError };

export interface SaveItemTools {
  clock: Clock;
  capturing: Capturing;
  signal?: AbortSignal | undefined;
  onBytes(item: MediaItem, bytes: BytesReceived): void;
  /** Of its way to object storage. */
  onSent: StoreOptions['onBytes'];
}

/** The link itself was refused, as the server has shown; everything else may pass. */
const GONE: ReadonlySet<string> = new Set(['expired', 'not-found']);

/** @throws ReelError `aborted`; `disk` where the library has gone offline: nothing is on record of this try then */
export async function saveItem(library: MediaLibrary, record: MediaRecord, tools: SaveItemTools): Promise<ItemOutcome> {
  const item = await viewOf(library, record);
  if (item.isLocalFile) return { kind: 'alreadyThere', item: await found(library, record, item) };
  // Its file may seem gone because the drive is.
  assertOnline(library);
  if (!record.originalUrl || isOver(record, tools)) return withoutLink(record, item);
  try {
    return { kind: 'saved', item: await fetched(library, record, item, tools) };
  } catch (error) {
    const known = isReelError(error) ? error : diskError(error, item.name);
    if (known.code === 'aborted') throw known;
    assertOnline(library);
    const isGone = GONE.has(known.code);
    await afterFailure(library, record, isGone && !record.inBrowser ? known.message : undefined);
    if (!isGone) return { kind: 'failed', item, error: known };
    return withoutLink({ ...record, lostReason: known.message }, item);
  }
}

/** Its link was refused before, and has ended since by its own date. Otherwise it is asked again: a proxy may refuse, too. */
function isOver({ lostReason, expiresAt }: MediaRecord, { clock }: SaveItemTools): boolean {
  return lostReason !== undefined && expiresAt !== undefined && Date.parse(expiresAt) <= clock.now();
}

function withoutLink({ inBrowser, lostReason, localPath }: MediaRecord, item: MediaItem): ItemOutcome {
  if (inBrowser) return { kind: 'inBrowser', item };
  const gone =
    localPath === undefined
      ? 'No copy of it is known.'
      : `${localPath} is gone or was changed, and there is no link to it.`;
  const reason = lostReason ?? gone;
  return { kind: 'lost', item: { ...item, lostReason: reason }, reason };
}

/** Its file is there, so whatever was said of its link does not matter. */
async function found(library: MediaLibrary, record: MediaRecord, item: MediaItem): Promise<MediaItem> {
  if (record.lostReason === undefined) return item;
  const stored = await change(library, record, ({ lostReason: _reason, ...current }) => current);
  return stored ? viewOf(library, stored) : item;
}

async function fetched(
  library: MediaLibrary,
  record: MediaRecord,
  item: MediaItem,
  tools: SaveItemTools,
): Promise<MediaItem> {
  const { capturing, signal, onBytes, onSent } = tools;
  const localPath = await placeOf(library, record, tools);
  const finalPath = join(library.root, ...localPath.split('/'));
  // A killed run may have put it into place without having said so.
  const state = await stateAt(library, localPath);
  if (state === 'in-cloud') throw inCloud(localPath);
  const adopted = state === 'here' ? await capturing.inspect(finalPath, record) : undefined;
  const onProgress = (bytes: BytesReceived) => onBytes(item, bytes);
  const file = adopted ?? (await capturing.fetch(finalPath, record, { signal, onProgress }));
  assertOnline(library);
  const upload = await uploadFor(library, localPath, file.fileSize);
  const stored = await change(
    library,
    record,
    ({ savingAs: _place, lostReason: _reason, crc32: _crc, uploading = upload, ...current }) => ({
      ...current,
      ...file,
      localPath,
      ...(current.type === 'video' && { pictures: DUE }),
      ...(uploading && { uploading }),
    }),
  );
  if (record.localPath !== localPath) await removePictures(library, record);
  return viewOf(library, stored ? await storeFile(library, stored, { signal, onBytes: onSent }) : record);
}

/** A name of its own for the file, on record before the first byte: the next try goes on with the same part file. */
async function placeOf(
  library: MediaLibrary,
  record: MediaRecord,
  { clock, capturing }: SaveItemTools,
): Promise<string> {
  const { projectId, id, name, savingAs, modelId, createdAt } = record;
  if (savingAs !== undefined && parseLocalPath(savingAs)?.projectId === projectId) {
    if (await isOurs(library, record, savingAs)) return savingAs;
  }
  const extension = capturing.extensionOf(record);
  const wanted = name === id ? generatedFileName(modelId, createdAt, extension) : mediaFileName(name, extension);
  const { localPath, partPath, handle } = await reserveName(library, projectId, wanted, { clock });
  await handle.close();
  try {
    await change(library, record, (current) => ({ ...current, savingAs: localPath }));
    // From here on, the record says whose part it is.
    await removeNote(partPath);
  } catch (error) {
    // Nobody knows of it: the name would stay taken.
    await rm(partPath, { force: true }).catch(() => {});
    await removeNote(partPath).catch(() => {});
    throw error;
  }
  return localPath;
}

/** Not once the name has become free, and another item has taken it. */
async function isOurs(library: MediaLibrary, record: MediaRecord, savingAs: string): Promise<boolean> {
  const path = join(library.root, ...savingAs.split('/'));
  if ((await stateAt(library, savingAs)) === 'missing' && !(await isFile(`${path}.part`))) return false;
  const owner = await fileOwner(library, record.projectId, savingAs);
  return owner === undefined || owner === mediaKey(record);
}

/**
 * The name is kept as long as there is something to go on with. So is a former reason why it is lost, where the server could
 * not even be asked this time.
 */
async function afterFailure(library: MediaLibrary, record: MediaRecord, lostReason: string | undefined): Promise<void> {
  const place = (await library.store.get(mediaKey(record)))?.savingAs;
  const canGoOn = place !== undefined && lostReason === undefined && (await hasBegun(library, place));
  await change(library, record, ({ savingAs, ...current }) => ({
    ...current,
    ...(canGoOn && savingAs !== undefined && { savingAs }),
    ...(lostReason !== undefined && { lostReason }),
  }));
}

function change(library: MediaLibrary, record: MediaRecord, next: (current: MediaRecord) => MediaRecord) {
  const apply = (current: MediaRecord | undefined) =>
    current === undefined || current.deletedAt !== undefined ? current : next(current);
  return library.store.update(mediaKey(record), apply);
}

async function hasBegun(library: MediaLibrary, place: string): Promise<boolean> {
  const isPart = await isFile(`${join(library.root, ...place.split('/'))}.part`);
  return isPart || (await stateAt(library, place)) === 'in-cloud';
}

function stateAt({ root, statOptions }: MediaLibrary, localPath: string): Promise<LocalState> {
  return localStateOf(root, localPath, 0, statOptions);
}

async function isFile(path: string): Promise<boolean> {
  const file = await lstat(path).catch(() => undefined);
  return file?.isFile() === true;
}

function inCloud(localPath: string): ReelError {
  const message = `${localPath} is in place, but a sync service keeps it in the cloud. Open it once, then try again.`;
  return new ReelError('busy', message, { stage: 'recording', retryable: true });
}
