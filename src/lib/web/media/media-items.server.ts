import {
  addMediaItem,
  getMediaItem,
  type MediaItem,
  type MediaItemInput,
  saveAllToDisk,
  saveVideoToDisk,
} from '#lib/media/index.ts';
import { canMakePictures } from '#lib/pictures/index.ts';
import { ProblemError } from '#lib/web/http/problem.ts';
import { readSmallBody } from '#lib/web/http/small-body.ts';
import { mediaPictureWork } from './background/draw-pictures.server.ts';
import { forManagers } from './for-managers.server.ts';
import { type MediaItemView, type NewMediaItem, newMediaItemSchema, toView } from './media-view.ts';

/** Items that are being uploaded: a second upload of one would leave a file that nothing belongs to. */
const uploading = new Set<string>();
/** The end of the last saving of single items, by project: the library saves for one caller at a time. */
const turns = new Map<string, Promise<unknown>>();

/** Adds an item that is at a provider or in a browser. @throws ProblemError `invalid-input`, and of the library */
export async function addItem(projectId: string, request: Request): Promise<MediaItemView> {
  const item = newMediaItemSchema.safeParse(parseJson(await readSmallBody(request)));
  if (!item.success) {
    const where = item.error.issues[0]?.path.join('.') ?? '';
    throw new ProblemError('invalid-input', `The item is not valid${where && ` at ${where}`}. See docs/openapi.json.`);
  }
  return viewed(projectId, await forManagers(() => addMediaItem(projectId, inputOf(item.data))));
}

function inputOf({ id, type, fileSize, ...fields }: NewMediaItem): MediaItemInput {
  return {
    ...fields,
    ...(id !== undefined && { id }),
    ...(type !== undefined && { type }),
    ...(fileSize !== undefined && { fileSize }),
  };
}

export interface Upload {
  projectId: string;
  name: string;
  /** The item that the file belongs to; null: a new one. */
  itemId: string | null;
  body: ReadableStream<Uint8Array> | null;
  signal: AbortSignal;
}

/**
 * Saves a file that is sent: streamed to disk, and at its place once it is whole. An item that has its file already stays as
 * it is, so that an upload can be sent again.
 * @throws ProblemError, with where the film still is
 */
export async function uploadFile(upload: Upload): Promise<{ item: MediaItemView; isNew: boolean }> {
  const { projectId, itemId } = upload;
  if (itemId === null) return { item: await saveUpload(upload, undefined), isNew: true };
  const item = await findItem(projectId, itemId);
  if (item.isLocalFile) return { item: viewed(projectId, item), isNew: false };
  const key = `${projectId}/${itemId}`;
  if (uploading.has(key)) throw new ProblemError('busy', 'This item is being uploaded already.', { retryable: true });
  uploading.add(key);
  try {
    return { item: await saveUpload(upload, item), isNew: false };
  } finally {
    uploading.delete(key);
  }
}

async function saveUpload({ projectId, name, body, signal }: Upload, item: MediaItem | undefined) {
  const saved = await saveVideoToDisk({ projectId, fileName: name, fileData: body ?? new Uint8Array(), signal });
  if (!saved.success) {
    const { code, error, retryable, fallback } = saved;
    throw new ProblemError(code === 'not-a-video' ? 'not-a-whole-video' : code, error, { retryable, fallback });
  }
  const { localPath, sizeBytes: fileSize, sha256, durationSeconds: duration, width, height } = saved;
  const file = { localPath, fileSize, sha256, duration, width, height };
  const added = await forManagers(() => addMediaItem(projectId, { ...(item ? { id: item.id } : { name }), ...file }));
  void mediaPictureWork.look();
  return viewed(projectId, added);
}

/**
 * Fetches an item from its provider, and keeps it on disk. Goes on when the visitor leaves.
 * @throws ProblemError where it cannot be had, and of the library
 */
export async function saveItem(projectId: string, itemId: string): Promise<MediaItemView> {
  await findItem(projectId, itemId);
  const save = () => forManagers(() => saveAllToDisk(projectId, { only: [itemId] }));
  const turn = (turns.get(projectId) ?? Promise.resolve()).then(save, save);
  turns.set(projectId, turn);
  const { saved, alreadyThere, inBrowser, lost, failed } = await turn.finally(() => {
    if (turns.get(projectId) === turn) turns.delete(projectId);
  });
  const [item] = [...saved, ...alreadyThere];
  if (saved.length > 0) void mediaPictureWork.look();
  if (item) return viewed(projectId, item);
  if (inBrowser.length > 0) {
    throw new ProblemError(
      'invalid-input',
      'Only the browser that made it has it. Open it there, and save it to disk.',
    );
  }
  const [gone, problem] = [lost[0], failed[0]];
  if (gone) throw new ProblemError('expired', gone.reason);
  if (problem) throw new ProblemError(problem.code, problem.error, { retryable: problem.retryable });
  throw noSuchItem();
}

async function findItem(projectId: string, itemId: string): Promise<MediaItem> {
  const item = await forManagers(() => getMediaItem(projectId, itemId));
  if (!item) throw noSuchItem();
  return item;
}

function viewed(projectId: string, item: MediaItem): MediaItemView {
  return toView(projectId, item, { nowMs: Date.now(), makesPictures: canMakePictures() });
}

function noSuchItem(): ProblemError {
  return new ProblemError('not-found', 'The project has no such item.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProblemError('invalid-input', 'Send the item as JSON, such as {"name": "Harbour.mp4"}.');
  }
}
