import { commandLine } from '#lib/base/command-line.ts';
import { messageOf } from '#lib/base/errors.ts';
import type { Settings } from '#lib/config.ts';
import type { Version } from '#lib/jobs/record/job-record.ts';
import { versionsOf } from '#lib/jobs/versions/film-record.ts';
import { videoKey } from '#lib/wanx/spot.ts';
import { findVideo, type VideoMetadata } from '#lib/wanx/video-metadata.ts';
import { findVideoFault, recordedPath } from '#lib/wanx/videos/file-check.server.ts';
import type { AuditFinding } from './report.ts';

/** Checks every former and deleted film of a record that is not about to be removed. */
export async function checkVersions(settings: Settings, record: VideoMetadata): Promise<AuditFinding[]> {
  const findings: AuditFinding[] = [];
  for (const version of versionsOf(record).former) {
    const finding = version.isDropped ? undefined : await checkVersion(settings, record, version);
    if (finding) findings.push(finding);
  }
  return findings;
}

async function checkVersion(
  settings: Settings,
  { spotId, eraId }: VideoMetadata,
  version: Version,
): Promise<AuditFinding | undefined> {
  const { localPath, sizeBytes, sha256, object } = version;
  const film = {
    spotId,
    eraId,
    prompt: '',
    createdAt: '',
    status: 'ready' as const,
    localPath,
    sizeBytes,
    sha256,
    object,
  };
  const finding = { key: videoKey(spotId, eraId), version: version.version, path: recordedPath(settings, film) };
  try {
    const fault = await findVideoFault(settings, film);
    // It may have been restored, deleted or brought back while its file was read.
    if (!fault || !(await isStillOnRecord(spotId, eraId, version))) return undefined;
    return { ...finding, kind: fault.kind, detail: `version ${version.version}: ${fault.detail}${ADVICE}` };
  } catch (error) {
    return { ...finding, kind: 'unreadable', detail: `version ${version.version}: ${messageOf(error)}` };
  }
}

const ADVICE = `. Put the file back from a backup, or delete the version: ${commandLine('versions')}`;

async function isStillOnRecord(spotId: string, eraId: string, { version, localPath }: Version): Promise<boolean> {
  const former = (await findVideo(spotId, eraId))?.versions?.former ?? [];
  return former.some((one) => one.version === version && one.localPath === localPath);
}
