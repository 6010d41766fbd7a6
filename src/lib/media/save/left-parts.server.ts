import { existsSync } from 'node:fs';
import { lstat, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { publishFile } from '#lib/base/disk/durable-publish.server.ts';
import { isReelError } from '#lib/base/errors.ts';
import { acquirePartLock, inspectAsset, type MediaInfo, removeLeftovers } from '#lib/capture/capture.server.ts';
import { anyVideo } from '#lib/capture/formats/formats.server.ts';
import { fileClaim } from '#lib/media/items/record.ts';
import type { SettleParts } from '#lib/media/migrate/capturing.ts';
import { parseLocalPath, projectFolderOf } from '#lib/media/names/project-id.ts';
import { namesIn } from '#lib/media/remove/project-files.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import { notePathOf, type PartNote, partOfNote, readNote, removeNote, type WholeFile } from './part-note.server.ts';
import { patientRename } from './patient-rename.ts';

/** A part that nobody goes on with is removed after so long. */
const KEPT_MS = 24 * 3_600_000;
/** Another process only looks whether the part is whole. */
const LOOK_MS = 30_000;
const PART = '.part';

export interface RenameTools {
  clock: Clock;
  platform?: string | undefined;
}

/** A film that an ended or killed save had left as a whole part file. */
export interface CompletedFilm {
  localPath: string;
  fileName: string;
  file: WholeFile & { media: MediaInfo };
}

/**
 * The right to write a part file, which tells every other process that somebody is at work on it.
 * @returns what ends it; the note of a part that is gone goes with it
 * @throws ReelError `busy`, `disk*`
 */
export async function lockPart(partPath: string, clock: Clock, timeoutMs = LOOK_MS): Promise<() => Promise<void>> {
  const lock = await acquirePartLock(`${partPath}.lock`, { clock, timeoutMs });
  return async () => {
    const isGone = !existsSync(partPath);
    if (isGone) await removeNote(partPath).catch(() => {});
    await lock.release(isGone);
  };
}

/**
 * Puts into place what an ended or killed save has left: a part that is whole, and that nobody is at work on.
 * @param isWanted which part, by its note
 * @returns undefined where there is none
 * @throws ReelError `busy` while its rename is refused: it stays as it is; `disk*`
 */
export async function takeUp(
  { root }: Pick<MediaLibrary, 'root'>,
  projectId: string,
  isWanted: (note: PartNote) => boolean,
  tools: RenameTools,
): Promise<CompletedFilm | undefined> {
  for (const localPath of await placesOfParts(root, projectId)) {
    const note = await readNote(join(root, localPath) + PART);
    const end = isWanted(note) ? await completed(root, localPath, note, tools) : undefined;
    if (typeof end === 'object') return end;
  }
  return undefined;
}

/** How every such part of a project is put into place, and the others are removed a day after the last byte. */
export function settlingWith({
  clock = systemClock,
  platform,
}: { [Name in keyof RenameTools]?: RenameTools[Name] | undefined }): SettleParts {
  return async ({ root }, projectId, isOthers) => {
    for (const localPath of await placesOfParts(root, projectId)) {
      const finalPath = join(root, localPath);
      if (existsSync(finalPath) && !existsSync(finalPath + PART)) await removeRest(finalPath);
      else if (!isOthers(fileClaim(localPath))) await settle(root, localPath, { clock, platform });
    }
  };
}

/** For whoever saves: what is not whole is removed a day after the last byte, also where no app looks for files. */
export async function sweepParts(
  { root }: Pick<MediaLibrary, 'root'>,
  projectId: string,
  nowMs: number,
): Promise<void> {
  for (const localPath of await placesOfParts(root, projectId)) {
    const finalPath = join(root, localPath);
    const { file } = await readNote(finalPath + PART);
    if (!file) await removeOld(finalPath, nowMs);
  }
}

async function settle(root: string, localPath: string, tools: RenameTools): Promise<void> {
  const finalPath = join(root, localPath);
  const note = await readNote(finalPath + PART);
  // Refused again: it is tried again with the next use.
  const end = await completed(root, localPath, note, tools).catch(() => undefined);
  if (end === 'broken') await removeOld(finalPath, tools.clock.now());
}

/** Of the films that these parts are to become. */
async function placesOfParts(root: string, projectId: string): Promise<string[]> {
  const folder = projectFolderOf(projectId);
  const parts = (await namesIn(root, folder)).map(partOfNote).filter((name) => name?.endsWith(PART));
  return parts.map((name) => `${folder}/${name?.slice(0, -PART.length)}`);
}

/** Undefined where it has to wait: for another process, or because nothing takes the place of another file. */
async function completed(
  root: string,
  localPath: string,
  { file }: PartNote,
  { clock, platform }: RenameTools,
): Promise<CompletedFilm | 'broken' | undefined> {
  const finalPath = join(root, localPath);
  const partPath = finalPath + PART;
  const fileName = parseLocalPath(localPath)?.fileName;
  if (!fileName || !file) return 'broken';
  const release = await lockIfFree(finalPath, clock);
  if (!release) return undefined;
  try {
    if (existsSync(finalPath)) return undefined;
    const media = await mediaOf(partPath, file);
    if (!media) return 'broken';
    await publishFile(await open(partPath, 'r+'), partPath, finalPath, patientRename(clock, platform));
    await rm(`${partPath}.json`, { force: true });
    return { localPath, fileName, file: { ...file, media } };
  } finally {
    await release();
  }
}

/** Undefined while a living process is at work on it. */
async function lockIfFree(finalPath: string, clock: Clock): Promise<(() => Promise<void>) | undefined> {
  const partPath = finalPath + PART;
  try {
    return await lockPart(partPath, clock, 0);
  } catch (error) {
    if (!isReelError(error) || error.code !== 'busy') throw error;
    // It has just ended: the lock is one that our try has made.
    if (!existsSync(partPath)) await removeLeftovers(finalPath);
    return undefined;
  }
}

/** Undefined for bytes that are not those of the note. */
async function mediaOf(partPath: string, { sizeBytes, sha256 }: WholeFile): Promise<MediaInfo | undefined> {
  const part = await lstat(partPath).catch(() => undefined);
  if (!part?.isFile() || part.size !== sizeBytes) return undefined;
  const found = await inspectAsset(partPath, anyVideo);
  return found.problem === undefined && found.sha256 === sha256 ? found.media : undefined;
}

async function removeOld(finalPath: string, nowMs: number): Promise<void> {
  const partPath = finalPath + PART;
  const times = [partPath, notePathOf(partPath)].map((path) => lstat(path).catch(() => undefined));
  const lastMs = Math.max(...(await Promise.all(times)).map((found) => found?.mtimeMs ?? 0));
  if (lastMs + KEPT_MS > nowMs) return;
  await removeRest(finalPath);
}

/** Leaves what is being written. */
async function removeRest(finalPath: string): Promise<void> {
  await removeLeftovers(finalPath);
  if (!existsSync(finalPath + PART)) await removeNote(finalPath + PART);
}
