import { rm, stat } from 'node:fs/promises';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { readSettings } from '#lib/config.ts';
import { closeSubmission } from '#lib/jobs/record/history.ts';
import { isUnfinished, mayStillDeliver } from '#lib/jobs/record/state.ts';
import { capturedFile, type VideoMetadata, videoKey } from '#lib/wanx/index.ts';
import { videoStore } from '#lib/wanx/video-metadata.ts';
import { ProblemError } from '#lib/web/http/problem.ts';

const NO_FILE = {
  localPath: undefined,
  sizeBytes: undefined,
  sha256: undefined,
  completedAt: undefined,
  // Or the next order that comes to nothing would bring the deleted film back.
  previous: undefined,
} satisfies Partial<VideoMetadata>;

/**
 * Deletes the finished file of a video. The record goes back to "not made", but keeps its history: what was spent stays
 * spent. A cancelled order that may still deliver is kept, too. The record lets go of the file before the file goes, so a
 * crash in between leaves a file that the audit finds, and never a record of a file that is not there.
 * @throws ProblemError `not-found` without a file, `busy` while something is under way; ReelError `disk*`, `store-corrupt`
 */
export async function deleteVideoFile(spotId: string, eraId: string): Promise<void> {
  const settings = readSettings();
  const key = videoKey(spotId, eraId);
  const store = videoStore(settings.metadataPath);
  const record = await store.get(key);
  const file = record && capturedFile(settings, record);
  if (!file) throw new ProblemError('not-found', `${key} has no finished file to delete.`);
  const before = await identityOf(file.path);
  await store.update(key, (current) => {
    if (!current) return current;
    assertIdle(current, key);
    return withoutFile(current);
  });
  // Somebody may have made a new one since: only the file that was looked at is deleted.
  if ((await identityOf(file.path)) === before) await remove(file.path);
}

function withoutFile(record: VideoMetadata): VideoMetadata {
  // It may be paid for: closed, its task could not be asked for again.
  if (mayStillDeliver(record)) return { ...record, ...NO_FILE };
  return { ...record, ...closeSubmission(record), ...NO_FILE, status: 'pending' };
}

function assertIdle(record: VideoMetadata, key: string): void {
  const isLeased = record.lease !== undefined && Date.parse(record.lease.expiresAt) > Date.now();
  if (!isLeased && !isUnfinished(record)) return;
  throw new ProblemError('busy', `A new video for ${key} is under way. Cancel it first, then delete the file.`);
}

async function identityOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found && `${found.dev}:${found.ino}:${found.mtimeNs}`;
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw diskError(error, path);
  }
}
