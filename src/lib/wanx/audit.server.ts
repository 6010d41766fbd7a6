import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { throwIfAborted } from '#lib/base/clock.ts';
import { diskError, errnoOf } from '#lib/base/disk-error.server.ts';
import { isReelError, messageOf } from '#lib/base/errors.ts';
import { tryFileLock } from '#lib/base/file-lock.server.ts';
import { inspectVideoFile } from '#lib/capture/capture.server.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { isFinalCode, isUnfinished } from '#lib/jobs/job-record.ts';
import { callSafely } from '#lib/jobs/single-flight.ts';
import { markGone, refetchVideo } from './refetch.server.ts';
import { videoFileName, videoKey } from './spot.ts';
import { type VideoMetadata, videoStore } from './video-metadata.ts';
import type { RunSettings } from './video-storage.ts';

/** One thing that is not as the records say. */
export interface AuditFinding {
  kind: 'file-missing' | 'size-differs' | 'hash-differs' | 'not-a-video' | 'unknown-file' | 'stale-part';
  /** `spotId/eraId`, where a record is concerned. */
  key?: string;
  /** The file, absolute. */
  path?: string;
  detail: string;
  /** What `repair` did about it. */
  repair?: 'fetched' | 'marked' | 'removed' | 'left';
}

export interface AuditReport {
  findings: AuditFinding[];
  checked: { records: number; files: number };
  /** True when nothing was wrong, or everything wrong was put right. */
  ok: boolean;
}

export interface AuditOptions extends RunSettings {
  /**
   * Fetches again what the provider still has, marks as failed what it does not, and removes part files that no record
   * owns. Never deletes a whole video.
   */
  repair?: boolean | undefined;
  onFinding?: ((finding: AuditFinding) => void) | undefined;
}

/**
 * Holds every record against its file (there, size, SHA-256, whole MP4) and every file and part file against its record.
 * @throws ReelError `store-corrupt`, or `disk*` when the folder cannot be read
 */
export async function auditVideos(options: AuditOptions = {}): Promise<AuditReport> {
  const settings = readSettings();
  const records = videoStore(settings.metadataPath).listSync();
  const report: AuditReport = { findings: [], checked: { records: 0, files: 0 }, ok: true };
  const add = (finding: AuditFinding) => {
    report.findings.push(finding);
    callSafely(options.onFinding, finding);
  };
  for (const record of records) {
    throwIfAborted(options.signal);
    report.checked.records += 1;
    const finding = record.status === 'ready' ? await checkRecord(settings, record) : undefined;
    if (finding) add(options.repair ? await repairRecord(record, finding, options) : finding);
  }
  for (const name of await filesIn(settings.videoDir)) {
    report.checked.files += 1;
    const finding = checkFile(settings, records, name);
    if (finding) add(options.repair ? await repairFile(finding) : finding);
  }
  report.ok = report.findings.every((finding) => finding.repair !== undefined && finding.repair !== 'left');
  return report;
}

async function checkRecord(settings: Settings, record: VideoMetadata): Promise<AuditFinding | undefined> {
  const key = videoKey(record.spotId, record.eraId);
  const path = resolve(
    settings.projectRoot,
    record.localPath ?? join(settings.videoDir, videoFileName(record.spotId, record.eraId)),
  );
  const sizeBytes = await sizeOf(path);
  if (sizeBytes === undefined)
    return { kind: 'file-missing', key, path, detail: 'the record says ready, and there is no file' };
  if (record.sizeBytes !== undefined && record.sizeBytes !== sizeBytes) {
    return { kind: 'size-differs', key, path, detail: `${record.sizeBytes} bytes on record, ${sizeBytes} on disk` };
  }
  const file = await inspectVideoFile(path);
  if (record.sha256 !== undefined && file.sha256 !== record.sha256) {
    return { kind: 'hash-differs', key, path, detail: `SHA-256 ${record.sha256} on record, ${file.sha256} on disk` };
  }
  return file.problem === undefined ? undefined : { kind: 'not-a-video', key, path, detail: file.problem };
}

async function repairRecord(
  record: VideoMetadata,
  finding: AuditFinding,
  options: AuditOptions,
): Promise<AuditFinding> {
  try {
    await refetchVideo(record, options);
    return { ...finding, repair: 'fetched' };
  } catch (error) {
    throwIfAborted(options.signal);
    const detail = `${finding.detail}; fetching it again failed: ${messageOf(error)}`;
    // A provider that is out of reach may still have it: only a certain loss is marked.
    if (!isReelError(error) || !isFinalCode(error.code)) return { ...finding, detail, repair: 'left' };
    await markGone(record, detail);
    return { ...finding, detail, repair: 'marked' };
  }
}

const PART = /^(?<video>.+\.mp4)(\.f\d+)?\.part(\.json(\.\d+)?|\.lock)?$/;

function checkFile(settings: Settings, records: readonly VideoMetadata[], name: string): AuditFinding | undefined {
  const path = join(settings.videoDir, name);
  const video = PART.exec(name)?.groups?.video;
  const owner = records.find((record) => videoFileName(record.spotId, record.eraId) === (video ?? name));
  if (video !== undefined) {
    if (owner && isUnfinished(owner)) return undefined;
    return { kind: 'stale-part', path, detail: 'left by a download that no unfinished record owns' };
  }
  if (!name.endsWith('.mp4') || owner) return undefined;
  return { kind: 'unknown-file', path, detail: 'a video that no record knows; it is left alone' };
}

/** Removes a stale part file, unless somebody is writing it at this moment. */
async function repairFile(finding: AuditFinding): Promise<AuditFinding> {
  const { kind, path } = finding;
  if (kind !== 'stale-part' || path === undefined) return { ...finding, repair: 'left' };
  const lockPath = path.replace(/\.part(\.json(\.\d+)?|\.lock)?$/, '.part.lock');
  const lock = tryFileLock(lockPath);
  if (!lock) return { ...finding, detail: `${finding.detail}; it is being written just now`, repair: 'left' };
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

async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => basename(entry.name))
      .sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw diskError(error, folder);
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
}
