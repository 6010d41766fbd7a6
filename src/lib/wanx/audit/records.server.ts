import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemClock, throwIfAborted } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { messageOf, type ReelError } from '#lib/base/errors.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { isUnfinished } from '#lib/jobs/record/job-record.ts';
import { videoKey } from '#lib/wanx/spot.ts';
import { getVideoMetadata, type VideoMetadata } from '#lib/wanx/video-metadata.ts';
import { findVideoFault, recordedPath } from '#lib/wanx/videos/file-check.server.ts';
import { refetchVideo } from '#lib/wanx/videos/refetch.server.ts';
import { inPlaceOfLink, replaceLink } from './link.server.ts';
import type { AuditFinding, AuditOptions } from './report.ts';
import { isGivenUp, restoreRecord } from './restore.server.ts';

export interface FoundRecord {
  /** As it was when its file was looked at. */
  record: VideoMetadata;
  finding: AuditFinding;
}

/** Holds a record against the file that it says is finished: its own, the one to be replaced, or one given up for lost. */
export async function checkRecord(
  settings: Settings,
  record: VideoMetadata,
  options: AuditOptions,
): Promise<FoundRecord | undefined> {
  const film = filmOf(record, options);
  if (!film) return undefined;
  const { spotId, eraId } = record;
  const finding = { key: videoKey(spotId, eraId), path: recordedPath(settings, film) };
  try {
    const fault = await findFault(settings, record, film);
    if (!fault) return undefined;
    // A new video may have been put in place while the file was read.
    const current = getVideoMetadata(spotId, eraId);
    if (current && fileFacts(current) !== fileFacts(record)) return await checkRecord(settings, current, options);
    return { record, finding: { ...finding, ...fault } };
  } catch (error) {
    return { record, finding: { ...finding, kind: 'unreadable', detail: messageOf(error) } };
  }
}

/** Puts right what can be; a file that may only be out of reach is neither fetched again nor given up. */
export async function repairRecord({ record, finding }: FoundRecord, options: AuditOptions): Promise<AuditFinding> {
  if (['unreadable', 'folder-missing'].includes(finding.kind)) return { ...finding, repair: 'left' };
  if (finding.kind === 'file-found') return restore(record, finding, options);
  if (record.status !== 'ready') return { ...finding, repair: 'left' };
  const path = recordedPath(readSettings(), record);
  const refetch = () =>
    refetchVideo(record, { ...options, afterFailure: (error, current) => markIfLost(error, current, options) });
  try {
    if (finding.kind !== 'link') await refetch();
    else if (await replaceLink(path, record)) return { ...finding, repair: 'copied' };
    else await inPlaceOfLink(path, refetch);
    return { ...finding, repair: 'fetched' };
  } catch (error) {
    throwIfAborted(options.signal);
    const detail = `${finding.detail}; fetching it again failed: ${messageOf(error)}`;
    const isMarked = getVideoMetadata(record.spotId, record.eraId)?.status === 'failed';
    return { ...finding, detail, repair: isMarked ? 'marked' : 'left' };
  }
}

type Fault = Pick<AuditFinding, 'kind' | 'detail'>;

/** The record as it describes its finished file; undefined where there is none to look for. */
function filmOf(record: VideoMetadata, { clock = systemClock }: AuditOptions): VideoMetadata | undefined {
  const { status, previous } = record;
  if (status === 'ready') return record;
  if (!previous) return isGivenUp(record, clock) ? record : undefined;
  const { localPath, sizeBytes, sha256 } = previous;
  return { ...record, localPath, sizeBytes, sha256 };
}

async function findFault(settings: Settings, record: VideoMetadata, film: VideoMetadata): Promise<Fault | undefined> {
  const fault = await findVideoFault(settings, film);
  if (record.status !== 'ready' && !record.previous) return fault ? undefined : FILE_FOUND;
  if (!fault || (await isJustPublished(settings, record, film))) return undefined;
  if (fault.kind === 'file-missing') {
    const folder = await missingFolder(settings, film);
    if (folder !== undefined) return { kind: 'folder-missing', detail: adviceOn(folder) };
  }
  return record.status === 'ready' ? fault : { ...fault, detail: toBeReplaced(record, fault) };
}

const FILE_FOUND: Fault = {
  kind: 'file-found',
  detail: 'the record says failed, and its file is in its place, whole and as recorded',
};

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
    `the folder ${folder} is missing: mount its disk, or correct WANX_VIDEO_DIR, and audit again. ` +
    'Only if it is gone for good, make an empty one and repair'
  );
}

function toBeReplaced(record: VideoMetadata, { kind, detail }: Fault): string {
  const what = kind === 'file-missing' ? 'there is no file' : detail;
  const next = isUnfinished(record)
    ? 'a new video is to replace it: wait for that, or resume it, and audit again'
    : 'the new video that was to replace it was cancelled: ask for it again';
  return `${what}; ${next}`;
}

/** All that decides which file should be in place. */
function fileFacts({ status, localPath, sizeBytes, sha256, captured, previous }: VideoMetadata): string {
  return JSON.stringify([status, localPath, sizeBytes, sha256, captured, previous]);
}

async function restore(record: VideoMetadata, finding: AuditFinding, { clock = systemClock }: AuditOptions) {
  try {
    await restoreRecord(record, clock);
    return { ...finding, repair: 'restored' as const };
  } catch (error) {
    return { ...finding, detail: `${finding.detail}; ${messageOf(error)}`, repair: 'left' as const };
  }
}

/** Says in the record that its file is gone for good; what it cost stays on record. Nothing for what may yet be had. */
function markIfLost(error: ReelError, record: VideoMetadata, { clock = systemClock }: AuditOptions) {
  if (error.code !== 'expired' && error.code !== 'not-found') return undefined;
  const { taskId, expiresAt } = record;
  // The wrong key or address does not know the task either: that is no loss as long as its link should live.
  if (taskId !== undefined && expiresAt !== undefined && Date.parse(expiresAt) > clock.now()) return undefined;
  return { status: 'failed' as const, errorCode: 'not-found', error: `The file is lost: ${error.message}` };
}
