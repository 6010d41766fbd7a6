import { randomUUID } from 'node:crypto';
import { isAbsolute, relative, sep } from 'node:path';
import * as z from 'zod';
import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import type { FilmPictures } from '#lib/jobs/record/job-record.ts';
import { assertProjectId, parseLocalPath } from '#lib/media/names/project-id.ts';
import { picturesAfter } from '#lib/media/pictures/due-pictures.ts';
import { readableLibrary, usableLibrary } from '#lib/media/root/library.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { finishObjects, unwantedBy } from '#lib/media/store/objects.server.ts';
import { uploadFor } from '#lib/media/store/store-file.server.ts';
import type { MediaEventOptions, MediaItem, MediaItemInput } from '#lib/media/types.ts';
import { fileOwner } from './file-owner.ts';
import { recordsOf, viewOf } from './project-records.server.ts';
import { fileClaim, type MediaRecord, mediaKey } from './record.ts';

export interface ItemOptions {
  clock?: Clock | undefined;
  library?: MediaLibrary | undefined;
}

export interface AddItemOptions extends ItemOptions, MediaEventOptions {
  /** The file stays where it is: somebody else keeps account of it, and of whether it goes to object storage. */
  fileStays?: boolean | undefined;
  /** Ends the upload to object storage, not the adding. */
  signal?: AbortSignal | undefined;
}

const idSchema = z
  .string('must be text')
  .min(1, 'must not be empty')
  .max(200, 'must have at most 200 characters')
  .regex(/^[^/\p{Cc}]+$/u, 'must have no slash and no control characters');

const LATEST_MS = 8.64e15;
/**
 * Times that are none would keep the item's project from being shown, and from being exported. A link goes into pages as it is,
 * and is fetched from here: it leads to no script and to no file of this machine.
 */
const fieldsSchema = z.looseObject({
  originalUrl: z
    .string('must be text')
    .refine((text) => text === '' || /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'must be an http or https URL')
    .optional(),
  createdAt: z
    .number('must be milliseconds')
    .min(-LATEST_MS, 'must be milliseconds')
    .max(LATEST_MS, 'must be milliseconds since 1970')
    .optional(),
  expiresAt: z
    .string('must be text')
    .refine((text) => !Number.isNaN(Date.parse(text)), 'must be a time, such as 2026-12-01T00:00:00Z')
    .optional(),
});

/**
 * Puts an item into a project, and its file into object storage where that is configured. The same id again changes the item; a `blob:` address is kept as `inBrowser` only.
 * @throws ReelError `invalid-input` for a path outside the project's folder, or one that belongs to another item, and for
 * a link that is none of http or https; `disk` while the library is offline; `store-corrupt`, `disk*`
 */
export async function addMediaItem(
  projectId: string,
  input: MediaItemInput,
  options: AddItemOptions = {},
): Promise<MediaItem> {
  assertProjectId(projectId);
  const { clock = systemClock } = options;
  const library = await usableLibrary(options.library);
  const id = checkInput(idSchema, 'item.id', input.id ?? randomUUID(), 'recording');
  checkInput(fieldsSchema, 'item', input, 'recording');
  const localPath = localPathIn(library, projectId, input.localPath);
  const claims = localPath === undefined ? [] : [fileClaim(localPath)];
  const key = mediaKey({ projectId, id });
  const found = localPath === undefined ? undefined : await takeOver(library, { projectId, key, localPath });
  const isNewFile = localPath !== undefined && !options.fileStays;
  const goes = isNewFile && !input.object;
  const uploading = goes ? await uploadFor(library, localPath, input.fileSize ?? 0) : undefined;
  const stored = await library.store.update(
    key,
    (former, step) => {
      // An item that was deleted is another one.
      const current = former?.deletedAt === undefined ? former : undefined;
      const owner = localPath === undefined ? undefined : step.ownerOf(fileClaim(localPath));
      if (owner !== undefined && owner !== key) throw fileIsTaken(localPath ?? '', owner);
      const next = {
        ...withoutOldLink(current, input),
        ...recordFields(input),
        projectId,
        id,
        isFound: undefined,
        localPath: localPath ?? current?.localPath,
        ...(localPath !== undefined && placeFields(former, { object: input.object, uploading }, localPath)),
      };
      const item = withDefaults(next, current?.createdAt ?? clock.now());
      return { ...item, pictures: picturesAfter(current, item, found) };
    },
    { claims },
  );
  if (!stored) throw new Error(`the store did not keep ${key}`);
  const item = await viewOf(
    library,
    isNewFile ? await finishObjects(library, stored, { signal: options.signal }) : stored,
  );
  const added = input.url?.startsWith('blob:') ? { ...item, url: input.url } : item;
  callSafely(options.onEvent, { kind: 'item-added', item: added });
  return added;
}

/**
 * An item that was made for a file because nobody had added it gives way to whoever does.
 * @returns the pictures of its film
 */
async function takeOver(
  library: MediaLibrary,
  { projectId, key, localPath }: { projectId: string; key: string; localPath: string },
): Promise<FilmPictures | undefined> {
  const owner = await fileOwner(library, projectId, localPath);
  if (owner === undefined || owner === key) return undefined;
  let pictures: FilmPictures | undefined;
  await library.store.update(owner, (current) => {
    if (!current?.isFound) return current;
    pictures = current.pictures;
    return undefined;
  });
  return pictures;
}

/**
 * The items of a project, the oldest first, each with the state of its file now. One whose file is gone has `isLocalFile`
 * false and keeps its path: it may come back.
 * @throws ReelError `invalid-input`; `disk` where the records are offline with the library; `store-corrupt`
 */
export async function listMediaItems(projectId: string, options: ItemOptions = {}): Promise<MediaItem[]> {
  assertProjectId(projectId);
  const library = readableLibrary(options.library);
  if (!library) return [];
  const records = await Array.fromAsync(recordsOf(library, projectId));
  const kept = records.filter(({ deletedAt }) => deletedAt === undefined);
  const items = await Promise.all(kept.map((record) => viewOf(library, record, library.isOffline)));
  return items.sort((one, other) => one.createdAt - other.createdAt);
}

/** One item; undefined where there is none. */
export async function getMediaItem(
  projectId: string,
  id: string,
  options: ItemOptions = {},
): Promise<MediaItem | undefined> {
  assertProjectId(projectId);
  const library = readableLibrary(options.library);
  const record = library && (await library.store.get(mediaKey({ projectId, id })));
  return record && record.deletedAt === undefined ? viewOf(library, record, library.isOffline) : undefined;
}

/** Projects that have items, with their number, sorted by id. */
export async function listProjects(options: ItemOptions = {}): Promise<Array<{ projectId: string; items: number }>> {
  const library = readableLibrary(options.library);
  if (!library) return [];
  const counts = new Map<string, number>();
  for await (const { projectId, deletedAt } of library.store.find()) {
    if (deletedAt === undefined) counts.set(projectId, (counts.get(projectId) ?? 0) + 1);
  }
  return [...counts].map(([projectId, items]) => ({ projectId, items }));
}

/** @throws ReelError `invalid-input` */
function localPathIn({ root }: MediaLibrary, projectId: string, given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const localPath = isAbsolute(given) ? relative(root, given).split(sep).join('/') : given;
  if (parseLocalPath(localPath)?.projectId === projectId) return localPath;
  throw new ReelError(
    'invalid-input',
    `${given} is not a file of project ${projectId}. Save it with saveVideoToDisk first.`,
    { stage: 'recording' },
  );
}

function fileIsTaken(localPath: string, owner: string): ReelError {
  return new ReelError('invalid-input', `${localPath} already belongs to ${owner}.`, { stage: 'recording' });
}

/** That a former link was dead says nothing of a new one. */
function withoutOldLink(current: MediaRecord | undefined, { originalUrl }: MediaItemInput): Partial<MediaRecord> {
  if (originalUrl === undefined || current?.originalUrl === originalUrl) return { ...current };
  const { lostReason: _reason, expiresAt: _end, ...rest } = current ?? {};
  return rest;
}

/** Where the file of an item is that has been given one; what it had in object storage before is no longer wanted. */
function placeFields(
  former: MediaRecord | undefined,
  { object, uploading }: Pick<MediaRecord, 'object' | 'uploading'>,
  localPath: string,
): Pick<MediaRecord, 'object' | 'uploading' | 'unwanted'> {
  const isSame = former?.localPath === localPath && former.deletedAt === undefined && object === undefined;
  if (isSame) {
    const { object: stored, uploading: begun, unwanted } = former;
    return { object: stored, uploading: begun ?? (stored ? undefined : uploading), unwanted };
  }
  const unwanted = unwantedBy(former, object);
  return { object, uploading, unwanted: unwanted.length === 0 ? undefined : unwanted };
}

/** What of an input is kept. */
function recordFields(input: MediaItemInput): Partial<MediaRecord> {
  const { id: _id, url = '', isLocalFile: _isLocal, localPath: _path, expiresAt, ...fields } = input;
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return {
    ...given,
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
    ...(url.startsWith('blob:') && { inBrowser: true }),
    ...(/^https?:/.test(url) && input.originalUrl === undefined && { originalUrl: url }),
  };
}

function withDefaults(
  fields: Partial<MediaRecord> & Pick<MediaRecord, 'projectId' | 'id'>,
  createdAt: number,
): MediaRecord {
  const { localPath, id } = fields;
  const name = (localPath === undefined ? undefined : parseLocalPath(localPath)?.fileName) ?? id;
  return { name, type: 'video' as const, fileSize: 0, createdAt, ...fields };
}
