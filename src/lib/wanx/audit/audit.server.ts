import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { callSafely } from '#lib/base/call-safely.ts';
import { throwIfAborted } from '#lib/base/clock.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { listRecords } from '#lib/stores/records/open-record-store.server.ts';
import { auditSchema } from '#lib/wanx/request/input-schemas.ts';
import { clientFor, contextOf } from '#lib/wanx/run/client.server.ts';
import { refetch } from '#lib/wanx/run/engine.server.ts';
import { type VideoMetadata, videoStore } from '#lib/wanx/video-metadata.ts';
import { recordedPath } from '#lib/wanx/videos/file-check.server.ts';
import { tidyVideos } from '#lib/wanx/videos/films.server.ts';
import { jobOf } from '#lib/wanx/videos/job.server.ts';
import { captureOrphan, orphanFolder } from '#lib/wanx/videos/orphans.server.ts';
import { assertNotEmptied, bindStore, ID_FILE } from '#lib/wanx/videos/store-binding.server.ts';
import { checkFile, checkOrphan, filesIn, repairFile, repairOrphan } from './files.server.ts';
import { checkRecord, repairRecord } from './records.server.ts';
import type { AuditFinding, AuditOptions, AuditReport } from './report.ts';
import { checkVersions } from './versions.server.ts';

export type { AuditedOrphan, AuditFinding, AuditOptions, AuditReport } from './report.ts';

interface Audit {
  settings: Settings;
  options: AuditOptions;
  report: AuditReport;
  add(finding: AuditFinding): void;
}

/**
 * Checks every record against its file (there, size, SHA-256, whole MP4), also against one that a new video is to replace,
 * every file and part file against its record, and whether the rescued videos that no record is about are whole.
 * @throws ReelError `store-corrupt`, `config` for the folder of other records, or `disk*` when a folder cannot be read
 */
export async function auditVideos(options: AuditOptions = {}): Promise<AuditReport> {
  checkInput(auditSchema, 'options', options);
  const report: AuditReport = { findings: [], orphans: [], checked: { records: 0, files: 0 }, ok: true };
  const add = (finding: AuditFinding) => {
    report.findings.push(finding);
    callSafely(options.onFinding, finding);
  };
  const settings = readSettings();
  await assertAuditable(settings, options);
  const audit = { settings, options, report, add };
  await auditRecords(audit);
  await auditFiles(audit);
  await auditOrphans(audit);
  // An audit also removes what was deleted more than a day ago.
  if (options.repair) await tidyVideos(settings, { clock: options.clock });
  report.ok = report.findings.every((finding) => finding.repair !== undefined && finding.repair !== 'left');
  return report;
}

/** Against the records of another folder every film is lost and every file unknown; without records, so is every part. */
async function assertAuditable(settings: Settings, options: AuditOptions): Promise<void> {
  // A folder that is missing is a finding of its own, and nothing is given up for it.
  const folders = (await listRecords(videoStore(settings))).flatMap((record) =>
    record.status === 'ready' ? dirname(recordedPath(settings, record)) : [],
  );
  const isAway = folders.length > 0 && !folders.some((folder) => existsSync(folder));
  if (existsSync(settings.videoDir) && !isAway) await bindStore(settings, options);
  await assertNotEmptied(settings);
}

async function auditRecords({ settings, options, report, add }: Audit): Promise<void> {
  const { signal } = options;
  // The client is made for each: without a key, that is what a repair says.
  const fetchAgain = async (record: VideoMetadata) =>
    refetch(settings, jobOf(record, contextOf(settings, options)), record, options);
  const repair = { signal, fetchAgain };
  for (const record of await listRecords(videoStore(settings))) {
    throwIfAborted(options.signal);
    report.checked.records += 1;
    const found = await checkRecord(settings, record);
    if (found) add(options.repair ? await repairRecord(found, repair) : found.finding);
    for (const finding of await checkVersions(settings, record)) {
      add(options.repair ? { ...finding, repair: 'left' } : finding);
    }
  }
}

async function auditFiles({ settings, options, report, add }: Audit): Promise<void> {
  for (const name of await filesIn(settings.videoDir)) {
    if (name === ID_FILE) continue;
    throwIfAborted(options.signal);
    report.checked.files += 1;
    // Read anew for each: what was ordered a moment ago has files by now.
    const finding = checkFile(settings, await listRecords(videoStore(settings)), name);
    if (finding?.kind === 'second-name' && options.repair) {
      await tidyVideos(settings, { thorough: true, clock: options.clock });
      add({ ...finding, repair: existsSync(join(settings.videoDir, name)) ? 'left' : 'removed' });
    } else if (finding) {
      add(options.repair ? await repairFile(finding) : finding);
    }
  }
}

async function auditOrphans({ settings, options, report, add }: Audit): Promise<void> {
  const fetchAgain = async (taskId: string) => captureOrphan(settings, clientFor(options), taskId, options);
  for (const name of await filesIn(orphanFolder(settings))) {
    throwIfAborted(options.signal);
    report.checked.files += 1;
    const found = await checkOrphan(settings, name);
    if (found && 'orphan' in found) report.orphans.push(found.orphan);
    else if (found) add(options.repair ? await repairOrphan(found.finding, name, fetchAgain) : found.finding);
  }
}
