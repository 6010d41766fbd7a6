import { join } from 'node:path';
import { systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { type CaptureProgress, captureAsset } from '#lib/capture/capture.server.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { isUnfinished, type PastSubmission } from '#lib/jobs/job-record.ts';
import { videoKey } from './spot.ts';
import type { WanxTask, WanxTaskStatus } from './task.ts';
import { type VideoMetadata, videoStore } from './video-metadata.ts';
import { clientFor, type RunSettings, runJob } from './video-storage.ts';
import { hasVideoFile, jobOf, localPathOf } from './wan-job.server.ts';

/** One recent task of the account, and whether its video is here. */
export interface RescueRow {
  taskId: string;
  status: WanxTaskStatus;
  model?: string;
  createdAt?: string;
  /** `spotId/eraId` of the record that the task belongs to, by its id or as a candidate of an unanswered submission. */
  key?: string;
  captured: boolean;
}

export interface RescueOptions extends RunSettings {
  onProgress?: ((progress: CaptureProgress) => void) | undefined;
}

export type RescueResult = { taskId: string; key?: string; localPath: string; sizeBytes: number; sha256: string };

/**
 * Lists the account's tasks since a time (the provider keeps 24 h) with what is captured here.
 * @throws ReelError of the provider's
 */
export async function listRescuable(since: Date, options: RunSettings = {}): Promise<RescueRow[]> {
  const settings = readSettings();
  const records = videoStore(settings.metadataPath).listSync();
  const rows: RescueRow[] = [];
  const filter = { startTime: since, endTime: new Date((options.clock ?? systemClock).now() + 60_000) };
  for await (const { taskId, status, model, createdAt } of clientFor(options).listTasks(filter, callOptions(options))) {
    const record = recordOf(records, taskId);
    rows.push({
      taskId,
      status,
      ...(model !== undefined && { model }),
      ...(createdAt && { createdAt: createdAt.toISOString() }),
      ...(record && { key: videoKey(record.spotId, record.eraId) }),
      captured: isCaptured(settings, record, taskId),
    });
  }
  return rows;
}

/**
 * Captures the video of one task: into the place of its spot and era where a record knows it (also as the answer to a
 * submission whose outcome was not known), else into the folder `orphans` beside the videos.
 * @throws ReelError `expired` or `not-found` when the provider no longer has it
 */
export async function rescueTask(taskId: string, options: RescueOptions = {}): Promise<RescueResult> {
  if (!/^[A-Za-z0-9-]{1,128}$/.test(taskId)) {
    throw new ReelError('invalid-input', 'A task id has only letters, digits and hyphens. Copy it from the list.');
  }
  const settings = readSettings();
  const store = videoStore(settings.metadataPath);
  const record = recordOf(store.listSync(), taskId);
  // The place of an earlier submission is taken by a later one.
  if (!record || pastOf(record, taskId)) return rescueOrphan(settings, taskId, options);
  const owner = await claimFor(record, taskId);
  const job = jobOf(owner, { settings, client: clientFor(options), timeoutMs: options.timeoutMs });
  const done = await runJob(settings, job, options, (progress) => {
    if (progress.stage === 'downloading' || progress.stage === 'verifying' || progress.stage === 'retrying') {
      options.onProgress?.(progress);
    }
  });
  return resultOf(taskId, done);
}

/** Gives the record the task: it was a candidate, or a final-looking failure that somebody wants tried again. */
async function claimFor(record: VideoMetadata, taskId: string): Promise<VideoMetadata> {
  const store = videoStore();
  const key = videoKey(record.spotId, record.eraId);
  const updated = await store.update(key, (current) => {
    if (!current || (current.taskId !== undefined && current.taskId !== taskId)) return current;
    return { ...current, taskId, status: 'generating', error: undefined, errorCode: undefined, canceledAt: undefined };
  });
  if (updated?.taskId === taskId) return updated;
  throw new ReelError(
    'busy',
    `${key} is by now about task ${updated?.taskId}; task ${taskId} is one of its earlier ones.`,
  );
}

async function rescueOrphan(settings: Settings, taskId: string, options: RescueOptions): Promise<RescueResult> {
  const client = clientFor(options);
  const task = await client.waitForTask(taskId, { ...callOptions(options), ...timeout(options) });
  const finalPath = join(settings.videoDir, 'orphans', `${taskId}.mp4`);
  const captured = await captureAsset(
    assetOf(task, () => client.getTask(taskId, callOptions(options))),
    finalPath,
    {
      allowPrivateNetwork: settings.allowPrivateNetwork,
      ...callOptions(options),
      ...(options.clock && { clock: options.clock }),
      ...(options.onProgress && { onProgress: options.onProgress }),
    },
  );
  const { sizeBytes, sha256 } = captured;
  return { taskId, localPath: localPathOf(settings, finalPath), sizeBytes, sha256 };
}

function assetOf(task: WanxTask, read: () => Promise<WanxTask>) {
  const linkOf = ({ videoUrl, taskId }: WanxTask) => {
    if (videoUrl !== undefined) return videoUrl;
    throw new ReelError('expired', `Task ${taskId} has no link to a video any more.`, { taskId });
  };
  const refresh = async () => linkOf(await read());
  return { url: linkOf(task), refresh, ...(task.expiresAt && { expiresAt: task.expiresAt }) };
}

function recordOf(records: readonly VideoMetadata[], taskId: string): VideoMetadata | undefined {
  return (
    records.find((record) => record.taskId === taskId || pastOf(record, taskId)) ??
    records.find((record) => isUnfinished(record) && record.intent?.candidates?.some((one) => one.taskId === taskId))
  );
}

/** An earlier submission of the record's, which a later one has replaced. */
function pastOf({ history }: VideoMetadata, taskId: string): PastSubmission | undefined {
  return history?.find((past) => past.taskId === taskId);
}

function isCaptured(settings: Settings, record: VideoMetadata | undefined, taskId: string): boolean {
  if (record && pastOf(record, taskId)?.outcome === 'delivered') return true;
  if (record?.taskId === taskId) return record.status === 'ready' && hasVideoFile(settings, record);
  const localPath = localPathOf(settings, join(settings.videoDir, 'orphans', `${taskId}.mp4`));
  return hasVideoFile(settings, { localPath, sizeBytes: undefined });
}

function resultOf(taskId: string, { spotId, eraId, localPath, sizeBytes, sha256 }: VideoMetadata): RescueResult {
  return {
    taskId,
    key: videoKey(spotId, eraId),
    localPath: localPath ?? '',
    sizeBytes: sizeBytes ?? 0,
    sha256: sha256 ?? '',
  };
}

function callOptions({ signal }: { signal?: AbortSignal | undefined }): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}

function timeout({ timeoutMs }: { timeoutMs?: number | undefined }): { timeoutMs?: number } {
  return timeoutMs === undefined ? {} : { timeoutMs };
}
