import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { tryFileLock } from '#lib/base/disk/file-lock.server.ts';
import { messageOf } from '#lib/base/errors.ts';
import { inspectAsset } from '#lib/capture/capture.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import type { Settings } from '#lib/config.ts';
import { isUnfinished } from '#lib/jobs/record/state.ts';
import { isSecondName, pathsOnRecord } from '#lib/jobs/versions/film-place.server.ts';
import { parseVersionName } from '#lib/jobs/versions/version-names.ts';
import { videoFileName } from '#lib/wanx/spot.ts';
import type { VideoMetadata } from '#lib/wanx/video-metadata.ts';
import { isTaskId, orphanFolder } from '#lib/wanx/videos/orphans.server.ts';
import { filmPlaceOf } from '#lib/wanx/videos/video-paths.server.ts';
import type { AuditedOrphan, AuditFinding } from './report.ts';

/** Names of the plain files in a folder, sorted; none when there is no folder. */
export async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw diskError(error, folder, 'verifying', 'read');
  }
}

const PART = /^(?<video>.+\.mp4)(\.f\d+)?\.part(\.json(\.\d+)?|\.lock)?$/;

/** Checks a file of the video folder against the records. */
export function checkFile(
  settings: Settings,
  records: readonly VideoMetadata[],
  name: string,
): AuditFinding | undefined {
  const path = join(settings.videoDir, name);
  const video = PART.exec(name)?.groups?.video;
  const version = video === undefined ? parseVersionName(name) : undefined;
  const ownName = video ?? version?.name ?? name;
  const owner = records.find((record) => videoFileName(record.spotId, record.eraId) === ownName);
  if (video !== undefined) {
    if (owner && isUnfinished(owner)) return undefined;
    return { kind: 'stale-part', path, detail: 'left by a download that belongs to no unfinished record' };
  }
  if (version) return checkVersionFile(settings, owner, path);
  if (!name.endsWith('.mp4') || owner) return undefined;
  return { kind: 'unknown-file', path, detail: 'a video without a record; it is left unchanged' };
}

/** A former or deleted film must be on record: only the records tell which film it is, and when it may go. */
function checkVersionFile(
  settings: Settings,
  owner: VideoMetadata | undefined,
  path: string,
): AuditFinding | undefined {
  if (owner) {
    const place = filmPlaceOf(settings, owner.spotId, owner.eraId);
    if (pathsOnRecord(place, owner).includes(path)) return undefined;
    const detail = 'a second name of a film on record, left by a process that was killed';
    if (isSecondName(place, owner, path)) return { kind: 'second-name', path, detail };
  }
  return { kind: 'unknown-file', path, detail: 'a former film without a record; it is left unchanged' };
}

/** Looks whether a file of the folder of orphans is a whole video; undefined for what is none by its name. */
export async function checkOrphan(
  settings: Settings,
  name: string,
): Promise<{ finding: AuditFinding } | { orphan: AuditedOrphan } | undefined> {
  const path = join(orphanFolder(settings), name);
  if (PART.test(name)) {
    return { finding: { kind: 'stale-part', path, detail: 'left by an unfinished rescue' } };
  }
  if (!name.endsWith('.mp4')) return undefined;
  try {
    const { sizeBytes, problem } = await inspectAsset(path, mp4);
    if (problem !== undefined) return { finding: { kind: 'not-a-video', path, detail: problem } };
    return { orphan: { taskId: taskIdOf(name), path, sizeBytes } };
  } catch (error) {
    return { finding: { kind: 'unreadable', path, detail: messageOf(error) } };
  }
}

/** Fetches a damaged orphan again: its name is that of its task. */
export async function repairOrphan(
  finding: AuditFinding,
  name: string,
  fetchAgain: (taskId: string) => Promise<unknown>,
): Promise<AuditFinding> {
  if (finding.kind !== 'not-a-video') return repairFile(finding);
  if (!isTaskId(taskIdOf(name))) return { ...finding, repair: 'left' };
  try {
    await fetchAgain(taskIdOf(name));
    return { ...finding, repair: 'fetched' };
  } catch (error) {
    const detail = `${finding.detail}; fetching it again failed: ${messageOf(error)}`;
    return { ...finding, detail, repair: 'left' };
  }
}

/** Removes a stale part file, unless a process is writing it. */
export async function repairFile(finding: AuditFinding): Promise<AuditFinding> {
  const { kind, path } = finding;
  if (kind !== 'stale-part' || path === undefined) return { ...finding, repair: 'left' };
  const lockPath = path.replace(/\.part(\.json(\.\d+)?|\.lock)?$/, '.part.lock');
  const lock = tryFileLock(lockPath);
  if (!lock) return { ...finding, detail: `${finding.detail}; it is currently being written`, repair: 'left' };
  try {
    await rm(path, { force: true });
    // Ours alone if it was not there before: the attempt to lock makes the file.
    await rm(lockPath, { force: true });
    return { ...finding, repair: 'removed' };
  } catch (error) {
    throw diskError(error, path);
  } finally {
    lock.release();
  }
}

/** The inverse of `orphanPath`; a file from another source may have any name. */
function taskIdOf(name: string): string {
  const stem = name.slice(0, -'.mp4'.length);
  try {
    return decodeURIComponent(stem);
  } catch {
    return stem;
  }
}
