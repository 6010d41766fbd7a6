import { copyFile, open, readlink, rm, symlink } from 'node:fs/promises';
import { publishFile } from '#lib/base/disk/durable-publish.server.ts';
import { temporaryPathFor } from '#lib/base/disk/paths.server.ts';
import { ReelError } from '#lib/base/errors.ts';
import { inspectAsset } from '#lib/capture/capture.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { videoKey } from '#lib/wanx/spot.ts';
import { type VideoMetadata, videoStore } from '#lib/wanx/video-metadata.ts';

/**
 * Puts a copy of what a link leads to in the place of the link, if that is the film on record.
 * @returns false where it leads to something else, or to nothing
 * @throws ReelError `busy` when the record has changed meanwhile; `disk-full`, `disk-denied`, `disk`
 */
export async function replaceLink(path: string, record: VideoMetadata): Promise<boolean> {
  if (!(await leadsToFilm(path, record))) return false;
  const temporary = temporaryPathFor(path);
  try {
    await copyFile(path, temporary);
    // What was looked at may have been exchanged before it was copied.
    if (!(await leadsToFilm(temporary, record))) return false;
    await publishFile(await open(temporary, 'r+'), temporary, path, (rename) => whileUnchanged(record, rename));
    return true;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Does what needs the place of a link to be free, and puts the link back when that fails. */
export async function inPlaceOfLink<T>(path: string, work: () => Promise<T>): Promise<T> {
  const target = await readlink(path);
  await rm(path);
  try {
    return await work();
  } catch (error) {
    // Unless something stands there by now.
    await symlink(target, path).catch(() => {});
    throw error;
  }
}

async function leadsToFilm(path: string, { sha256, sizeBytes }: VideoMetadata): Promise<boolean> {
  if (sha256 === undefined) return false;
  const file = await inspectAsset(path, mp4).catch(() => undefined);
  return file !== undefined && file.problem === undefined && file.sha256 === sha256 && file.sizeBytes === sizeBytes;
}

/** A new film may have been put in the place of the link. */
async function whileUnchanged(seen: VideoMetadata, rename: () => void): Promise<void> {
  const key = videoKey(seen.spotId, seen.eraId);
  const looked = JSON.stringify(seen);
  await videoStore().update(key, (current) => {
    if (!current || JSON.stringify(current) !== looked)
      throw new ReelError('busy', `${key} was changed in the meantime. Nothing was repaired; run the audit again.`);
    rename();
    return current;
  });
}
