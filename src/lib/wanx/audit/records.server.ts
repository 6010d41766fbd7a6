import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { throwIfAborted } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { isReelError, messageOf } from '#lib/base/errors.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { isUnfinished } from '#lib/jobs/record/state.ts';
import { videoKey } from '#lib/wanx/spot.ts';
import { findVideo, type VideoMetadata } from '#lib/wanx/video-metadata.ts';
import { findVideoFault, recordedPath } from '#lib/wanx/videos/file-check.server.ts';
import { inPlaceOfLink, replaceLink } from './link.server.ts';
import type { AuditFinding } from './report.ts';

export interface FoundRecord {
  /** As it was when its file was looked at. */
  record: VideoMetadata;
  finding: AuditFinding;
}

export interface RepairOptions {
  signal: AbortSignal | undefined;
  /** Puts the film of a finished record in its place again. */
  fetchAgain(record: VideoMetadata): Promise<unknown>;
}

/** Checks a record against the file that it says is finished: its own, or the one to be replaced. */
export async function checkRecord(settings: Settings, record: VideoMetadata): Promise<FoundRecord | undefined> {
  const film = filmOf(record);
  if (!film) return undefined;
  const { spotId, eraId } = record;
  const finding = { key: videoKey(spotId, eraId), path: recordedPath(settings, film) };
  try {
    const fault = await findFault(settings, record, film);
    if (!fault) return undefined;
    // A new video may have been put in place while the file was read.
    const current = await findVideo(spotId, eraId);
    if (current && fileFacts(current) !== fileFacts(record)) return await checkRecord(settings, current);
    return { record, finding: { ...finding, ...fault } };
  } catch (error) {
    return { record, finding: { ...finding, kind: 'unreadable', detail: messageOf(error) } };
  }
}

/**
 * Puts the file back where that is possible, and otherwise leaves the record as it is: a file may come back with its disk
 * or from a backup, and a task with the right key.
 */
export async function repairRecord(
  { record, finding }: FoundRecord,
  { signal, fetchAgain }: RepairOptions,
): Promise<AuditFinding> {
  if (['unreadable', 'folder-missing'].includes(finding.kind)) return { ...finding, repair: 'left' };
  if (record.status !== 'ready') return { ...finding, repair: 'left' };
  const path = recordedPath(readSettings(), record);
  const refetch = () => fetchAgain(record);
  try {
    if (finding.kind !== 'link') await refetch();
    else if (await replaceLink(path, record)) return { ...finding, repair: 'copied' };
    else await inPlaceOfLink(path, refetch);
    return { ...finding, repair: 'fetched' };
  } catch (error) {
    throwIfAborted(signal);
    const detail = `${finding.detail}; fetching it again failed: ${messageOf(error)}${adviceAfter(error)}`;
    return { ...finding, detail, repair: 'left' };
  }
}

/** What is left to do where the provider has no copy; other errors say it themselves. */
function adviceAfter(error: unknown): string {
  const isGone = isReelError(error) && (error.code === 'expired' || error.code === 'not-found');
  return isGone ? ' Put the file back from a backup, or generate the video again, which costs.' : '';
}

type Fault = Pick<AuditFinding, 'kind' | 'detail'>;

/** The record as it describes its finished file; undefined where there is none to look for. */
function filmOf(record: VideoMetadata): VideoMetadata | undefined {
  const { status, previous } = record;
  if (status === 'ready') return record;
  if (!previous) return undefined;
  const { localPath, sizeBytes, sha256, object } = previous;
  return { ...record, localPath, sizeBytes, sha256, object };
}

async function findFault(settings: Settings, record: VideoMetadata, film: VideoMetadata): Promise<Fault | undefined> {
  const fault = await findVideoFault(settings, film);
  if (!fault || (await isJustPublished(settings, record, film))) return undefined;
  if (fault.kind === 'file-missing') {
    const folder = await missingFolder(settings, film);
    if (folder !== undefined) return { kind: 'folder-missing', detail: adviceOn(folder) };
  }
  return record.status === 'ready' ? fault : { ...fault, detail: toBeReplaced(record, fault) };
}

/** Between its rename and its record, the replacement is in the place of the file that `previous` tells of. */
async function isJustPublished(settings: Settings, { captured, previous }: VideoMetadata, film: VideoMetadata) {
  if (!captured || !previous) return false;
  const { sizeBytes, sha256 } = captured;
  return (await findVideoFault(settings, { ...film, sizeBytes, sha256 })) === undefined;
}

/** The folder that would have to be there before anything can be said of the file. */
async function missingFolder(settings: Settings, film: VideoMetadata): Promise<string | undefined> {
  for (const folder of [dirname(recordedPath(settings, film)), settings.videoDir]) {
    if (!(await isThere(folder))) return folder;
  }
  return undefined;
}

async function isThere(folder: string): Promise<boolean> {
  try {
    await stat(folder);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw diskError(error, folder, 'verifying', 'read');
  }
}

function adviceOn(folder: string): string {
  return (
    `the folder ${folder} is missing: mount its disk, or correct WANX_VIDEO_DIR, and run the audit again. ` +
    'Only if it is permanently lost, create an empty folder and repair'
  );
}

function toBeReplaced(record: VideoMetadata, { kind, detail }: Fault): string {
  const what = kind === 'file-missing' ? 'there is no file' : detail;
  const next = isUnfinished(record)
    ? 'a new video is to replace it: wait for it or resume it, then run the audit again'
    : 'the new video that was to replace it was cancelled: generate it again';
  return `${what}; ${next}`;
}

/** All that decides which file should be in place. */
function fileFacts({ status, localPath, sizeBytes, sha256, captured, previous }: VideoMetadata): string {
  return JSON.stringify([status, localPath, sizeBytes, sha256, captured, previous]);
}
