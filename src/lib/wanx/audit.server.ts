import { callSafely } from '#lib/base/call-safely.ts';
import { checkInput } from '#lib/base/check-input.ts';
import { throwIfAborted } from '#lib/base/clock.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { checkFile, checkOrphan, filesIn, repairFile, repairOrphan } from './audit-files.server.ts';
import { checkRecord, repairRecord } from './audit-records.server.ts';
import type { AuditFinding, AuditOptions, AuditReport } from './audit-report.ts';
import { auditSchema } from './input-schemas.ts';
import { orphanFolder } from './orphans.server.ts';
import { videoStore } from './video-metadata.ts';

export type { AuditedOrphan, AuditFinding, AuditOptions, AuditReport } from './audit-report.ts';

interface Audit {
  settings: Settings;
  options: AuditOptions;
  report: AuditReport;
  add(finding: AuditFinding): void;
}

/**
 * Holds every record against its file (there, size, SHA-256, whole MP4), also against one that a new video is to replace
 * or that was given up for lost, every file and part file against its record, and looks whether the rescued videos that
 * no record is about are whole.
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
    const found = await checkRecord(settings, record, options);
    if (found) add(options.repair ? await repairRecord(found, options) : found.finding);
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
