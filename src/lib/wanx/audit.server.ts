import { callSafely } from '#lib/base/call-safely.ts';
import { checkInput } from '#lib/base/check-input.ts';
import { systemClock, throwIfAborted } from '#lib/base/clock.ts';
import { messageOf, type ReelError } from '#lib/base/errors.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { checkFile, checkOrphan, filesIn, repairFile, repairOrphan } from './audit-files.server.ts';
import type { AuditFinding, AuditOptions, AuditReport } from './audit-report.ts';
import { auditSchema } from './input-schemas.ts';
import { orphanFolder } from './orphans.server.ts';
import { refetchVideo } from './refetch.server.ts';
import { videoKey } from './spot.ts';
import { findVideoFault, recordedPath } from './video-check.server.ts';
import { getVideoMetadata, type VideoMetadata, videoStore } from './video-metadata.ts';

export type { AuditedOrphan, AuditFinding, AuditOptions, AuditReport } from './audit-report.ts';

interface Audit {
  settings: Settings;
  options: AuditOptions;
  report: AuditReport;
  add(finding: AuditFinding): void;
}

/**
 * Holds every record against its file (there, size, SHA-256, whole MP4), every file and part file against its record,
 * and looks whether the rescued videos that no record is about are whole.
 * @throws ReelError `store-corrupt`, or `disk*` when a folder cannot be read
 */
export async function auditVideos(options: AuditOptions = {}): Promise<AuditReport> {
  checkInput(auditSchema, 'options', options);
  const report: AuditReport = { findings: [], orphans: [], checked: { records: 0, files: 0 }, ok: true };
  const add = (finding: AuditFinding) => {
    report.findings.push(finding);
    callSafely(options.onFinding, finding);
  };
  const audit = { settings: readSettings(), options, report, add };
  await auditRecords(audit);
  await auditFiles(audit);
  await auditOrphans(audit);
  report.ok = report.findings.every((finding) => finding.repair !== undefined && finding.repair !== 'left');
  return report;
}

async function auditRecords({ settings, options, report, add }: Audit): Promise<void> {
  for (const record of videoStore(settings.metadataPath).listSync()) {
    throwIfAborted(options.signal);
    report.checked.records += 1;
    const found = await checkRecord(settings, record);
    if (found) add(options.repair ? await repairRecord(found.record, found.finding, options) : found.finding);
  }
}

async function auditFiles({ settings, options, report, add }: Audit): Promise<void> {
  for (const name of await filesIn(settings.videoDir)) {
    throwIfAborted(options.signal);
    report.checked.files += 1;
    // Read anew for each: what was ordered a moment ago has files by now.
    const finding = checkFile(settings, videoStore(settings.metadataPath).listSync(), name);
    if (finding) add(options.repair ? await repairFile(finding) : finding);
  }
}

async function auditOrphans({ settings, options, report, add }: Audit): Promise<void> {
  for (const name of await filesIn(orphanFolder(settings))) {
    throwIfAborted(options.signal);
    report.checked.files += 1;
    const found = await checkOrphan(settings, name);
    if (found && 'orphan' in found) report.orphans.push(found.orphan);
    else if (found) add(options.repair ? await repairOrphan(settings, found.finding, name, options) : found.finding);
  }
}

async function checkRecord(
  settings: Settings,
  record: VideoMetadata,
): Promise<{ record: VideoMetadata; finding: AuditFinding } | undefined> {
  if (record.status !== 'ready') return undefined;
  const { spotId, eraId } = record;
  const finding = { key: videoKey(spotId, eraId), path: recordedPath(settings, record) };
  try {
    const fault = await findVideoFault(settings, record);
    if (!fault) return undefined;
    // A new video may have been put in place while the file was read.
    const current = getVideoMetadata(spotId, eraId);
    if (current && current.sha256 !== record.sha256) return await checkRecord(settings, current);
    return { record, finding: { ...finding, ...fault } };
  } catch (error) {
    return { record, finding: { ...finding, kind: 'unreadable', detail: messageOf(error) } };
  }
}

async function repairRecord(
  record: VideoMetadata,
  finding: AuditFinding,
  options: AuditOptions,
): Promise<AuditFinding> {
  if (finding.kind === 'unreadable') return { ...finding, repair: 'left' };
  try {
    await refetchVideo(record, { ...options, afterFailure: (error, current) => markIfLost(error, current, options) });
    return { ...finding, repair: 'fetched' };
  } catch (error) {
    throwIfAborted(options.signal);
    const detail = `${finding.detail}; fetching it again failed: ${messageOf(error)}`;
    const isMarked = getVideoMetadata(record.spotId, record.eraId)?.status === 'failed';
    return { ...finding, detail, repair: isMarked ? 'marked' : 'left' };
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
