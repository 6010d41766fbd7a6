import { randomUUID } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { commandLine } from '#lib/base/command-line.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { createFileDurablySync, makeFolder } from '#lib/base/disk/durable-create.server.ts';
import { writeFileDurably } from '#lib/base/disk/durable-publish.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { removeAbandonedTemporaries } from '#lib/base/disk/paths.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { Settings } from '#lib/config.ts';
import { listRecords } from '#lib/stores/records/open-record-store.server.ts';
import type { Step } from '#lib/stores/records/record-store.ts';
import type { StoreMark } from '#lib/stores/records/store-mark.server.ts';
import { type VideoMetadata, videoStore } from '#lib/wanx/video-metadata.ts';

/** In the video folder: the id of the store whose films it holds. Beside the records the `StoreMark` has the same one. */
export const ID_FILE = '.reelkeep-store.json';
const idSchema = z.looseObject({ id: z.string().min(1) });
const MOST_NAMED = 5;
const ADOPT = 'pass --adopt (in code: adopt: true)';

/**
 * Makes sure that these records belong to this video folder, and writes an id that is missing on either side. Other
 * records would buy again what is here, and an audit would take good films for lost.
 * @param adopt binds them as they stand, and takes the records for all that there are
 * @throws ReelError `config` for another store's folder; `disk*` when an id cannot be read
 */
export async function bindStore(
  settings: Settings,
  { adopt = false }: { adopt?: boolean | undefined } = {},
): Promise<void> {
  const store = videoStore(settings);
  if (adopt && (await mustRebind(settings))) return rebind(settings);
  await assertBound(settings);
  const mark = await store.readMark();
  const isBound = mark?.id !== undefined && mark.id === readFolderId(settings.videoDir);
  if (isBound && mark.folder === settings.videoDir && !mark.lost) return;
  // What cannot be written now is written by the next run; a folder that takes no file is reported where one is needed.
  await writeIds(settings).catch(() => {});
  // Other records may have taken the folder at the same time.
  await assertBound(settings);
}

/** As `bindStore`, without writing anything. */
export async function assertBound(settings: Settings): Promise<void> {
  const fault = await faultOf(settings);
  if (fault !== undefined) throw new ReelError('config', fault, { stage: 'configuring' });
}

/**
 * Refuses to buy while records are missing that were there: what they were about would be bought again.
 * @throws ReelError `store-corrupt`
 */
export async function assertNothingLost(settings: Settings): Promise<void> {
  (await lossGuard(settings))({ isEmpty: (await videoStore(settings).count()) === 0 });
}

/** As `assertNothingLost`, for what needs no more than a file with records: some of them may be missing. */
export async function assertNotEmptied(settings: Settings): Promise<void> {
  if ((await videoStore(settings).count()) === 0) await assertNothingLost(settings);
}

/**
 * As `assertNothingLost`, for an update of a record: whether the store was emptied is decided within its step, by what the
 * marker said before it.
 */
export async function lossGuard(settings: Settings): Promise<(step: Pick<Step, 'isEmpty'>) => void> {
  const mark = await videoStore(settings).readMark();
  const missing = await missingOf(settings, mark);
  return ({ isEmpty }) => {
    const loss = lossOf(settings, mark, missing, isEmpty);
    if (loss === undefined) return;
    const advice =
      `Put back a copy of the file. Without one, "${commandLine('rescue')}" shows and captures what the provider still has; ` +
      `then ${ADOPT} to continue with the records as they are.`;
    throw new ReelError('store-corrupt', `${loss} Nothing was bought. ${advice}`, { stage: 'recording' });
  };
}

/** The keys of the marker's lost records that are still missing. */
async function missingOf(settings: Settings, mark: StoreMark | undefined): Promise<string[]> {
  const store = videoStore(settings);
  const keys = mark?.lost?.keys ?? [];
  const records = await Promise.all(keys.map((key) => store.get(key)));
  return keys.filter((_key, index) => records[index] === undefined);
}

function lossOf(
  settings: Settings,
  mark: StoreMark | undefined,
  missing: readonly string[],
  isEmpty: boolean,
): string | undefined {
  const { metadataPath } = settings;
  if (isEmpty && hadRecords(settings, mark)) {
    return `The records are gone: ${metadataPath} is missing or empty, although it had records when it was last written.`;
  }
  if (!mark?.lost) return undefined;
  if (!mark.lost.keys) return `Records are gone: ${metadataPath} was emptied, and new records were written since.`;
  if (missing.length === 0) return undefined;
  const named = missing.slice(0, MOST_NAMED).join(', ');
  const rest = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : '';
  return `Records are gone: ${metadataPath} was emptied, and the records of ${named}${rest} are missing.`;
}

/** Why these records and this folder do not belong together; undefined where they do, or where that is unknown. */
async function faultOf(settings: Settings): Promise<string | undefined> {
  const { metadataPath, videoDir } = settings;
  const store = videoStore(settings);
  const mark = await store.readMark();
  const folderId = readFolderId(videoDir);
  const advice = `Set WANX_PROJECT_ROOT, WANX_VIDEO_DIR and WANX_METADATA_PATH to values that belong together; or, if these are the right ones, ${ADOPT}.`;
  if (folderId !== undefined) {
    if (mark?.id === undefined || mark.id === folderId) return undefined;
    return `The folder ${videoDir} belongs to other records than ${metadataPath}. ${advice}`;
  }
  const films = (await listRecords(store)).flatMap(filmName);
  if (films.some((name) => isThere(join(videoDir, name)))) return undefined;
  if (films.length > 0) {
    return `The records ${metadataPath} name ${films.length} finished films, and none of them is in ${videoDir}. ${advice}`;
  }
  // The films under way belong there, and this would be a second folder.
  const isElsewhere = mark?.id !== undefined && mark.folder !== undefined && readFolderId(mark.folder) === mark.id;
  return isElsewhere
    ? `The records ${metadataPath} belong to the folder ${mark.folder}, not to ${videoDir}. ${advice}`
    : undefined;
}

/** A film in object storage says nothing about the folder. */
function filmName(record: VideoMetadata): string[] {
  const { localPath, object } = record.status === 'ready' ? record : (record.previous ?? {});
  return localPath === undefined || object ? [] : [basename(localPath)];
}

/** Only what is surely missing is not there. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** The mark may have gone together with the records: then films in a folder that belongs to a store tell of them. */
function hadRecords(settings: Settings, mark: StoreMark | undefined): boolean {
  if (mark) return mark.hasRecords;
  return (
    readFolderId(settings.videoDir) !== undefined &&
    readdirSync(settings.videoDir).some((name) => name.endsWith('.mp4'))
  );
}

function readFolderId(folder: string): string | undefined {
  const path = join(folder, ID_FILE);
  try {
    return idSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data?.id;
  } catch (error) {
    const errno = errnoOf(error);
    // What is no JSON is written anew.
    if (errno === undefined || errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw diskError(error, path, 'configuring', 'read');
  }
}

/** Under the lock of the records, so that two processes end with one id. */
function writeIds(settings: Settings): Promise<void> {
  return videoStore(settings).updateMark(async (mark, isEmpty) => {
    // Also of a process that was killed when the id was in place, and its own file not removed yet.
    removeAbandonedTemporaries(join(settings.videoDir, ID_FILE));
    const hasRecords = !isEmpty || hadRecords(settings, mark);
    const id = mark?.id ?? readFolderId(settings.videoDir) ?? randomUUID();
    // A folder that is missing is not made here: its disk may not be mounted.
    if (readFolderId(settings.videoDir) === undefined && isThere(settings.videoDir)) await createFolderId(settings, id);
    const next: StoreMark = { ...mark, id, folder: settings.videoDir, hasRecords };
    const isFound = mark?.lost?.keys !== undefined && (await missingOf(settings, mark)).length === 0;
    return isFound ? { ...next, lost: undefined } : next;
  });
}

/** A new id on both sides, so that neither fits what it came from. */
async function rebind(settings: Settings): Promise<void> {
  await videoStore(settings).updateMark(async (mark, isEmpty) => {
    // Of several calls that adopt at once, the first has done it.
    if (mark && !(await mustRebind(settings))) return mark;
    const id = randomUUID();
    makeFolder(settings.videoDir);
    await writeFolderId(settings, id);
    return { ...mark, id, folder: settings.videoDir, hasRecords: !isEmpty, lost: undefined };
  });
}

async function mustRebind(settings: Settings): Promise<boolean> {
  if ((await faultOf(settings)) !== undefined) return true;
  const mark = await videoStore(settings).readMark();
  const isEmpty = (await videoStore(settings).count()) === 0;
  return lossOf(settings, mark, await missingOf(settings, mark), isEmpty) !== undefined;
}

async function writeFolderId({ videoDir }: Settings, id: string): Promise<void> {
  await writeFileDurably(join(videoDir, ID_FILE), textOf(id));
}

/** Leaves the id that another store has written meanwhile. */
async function createFolderId(settings: Settings, id: string): Promise<void> {
  const path = join(settings.videoDir, ID_FILE);
  // Of no use, or it would have been read.
  if (isThere(path)) return writeFolderId(settings, id);
  try {
    createFileDurablySync(path, textOf(id));
  } catch {
    // A file system without hard links.
    await writeFolderId(settings, id);
  }
}

function textOf(id: string): string {
  return `${JSON.stringify({ id }, null, 2)}\n`;
}
