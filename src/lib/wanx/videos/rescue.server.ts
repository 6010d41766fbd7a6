import { callSafely } from '#lib/base/call-safely.ts';
import { ReelError } from '#lib/base/errors.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { claimTask } from '#lib/jobs/claim/claim-task.server.ts';
import type { PastSubmission } from '#lib/jobs/record/job-record.ts';
import { isUnfinished, stateOf } from '#lib/jobs/record/state.ts';
import { factsOf, keptVersions, versionsOf } from '#lib/jobs/versions/film-record.ts';
import { listRecords } from '#lib/stores/records/open-record-store.server.ts';
import type { WanxTaskStatus } from '#lib/wanx/dashscope/task.ts';
import { runSchema } from '#lib/wanx/request/input-schemas.ts';
import { clientFor, contextOf } from '#lib/wanx/run/client.server.ts';
import { refetch, runJob } from '#lib/wanx/run/engine.server.ts';
import type { RunSettings } from '#lib/wanx/run/settings.ts';
import { videoKey } from '#lib/wanx/spot.ts';
import { type VideoMetadata, videoStore } from '#lib/wanx/video-metadata.ts';
import { finishPictures } from '#lib/wanx/videos/films.server.ts';
import { findVideoFault } from './file-check.server.ts';
import { hasVideoFile, jobOf } from './job.server.ts';
import { captureOrphan, isTaskId, type OrphanOptions, orphanPath, wholeOrphan } from './orphans.server.ts';
import { bindStore } from './store-binding.server.ts';
import { localPathOf } from './video-paths.server.ts';

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

export type RescueOptions = OrphanOptions;

export type RescueResult = { taskId: string; key?: string; localPath: string; sizeBytes: number; sha256: string };

/**
 * Lists the account's tasks since a time (the provider keeps 24 h) with what is captured here.
 * @throws ReelError of the provider's
 */
export async function listRescuable(since: Date, options: RunSettings = {}): Promise<RescueRow[]> {
  checkInput(runSchema, 'options', options);
  const settings = readSettings();
  const records = await listRecords(videoStore(settings));
  const rows: RescueRow[] = [];
  // No end: by a clock of ours that is slow, the latest tasks were made in the future.
  const tasks = clientFor(options).listTasks({ startTime: since }, { signal: options.signal });
  for await (const { taskId, status, model, createdAt } of tasks) {
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
 * submission whose outcome was not known), else into the folder `orphans` beside the videos. What is captured and whole
 * is returned as it is.
 * @throws ReelError `expired` or `not-found` when the provider no longer has it; `busy` while another process works on
 *   the record. A finished record is left as it is by every failure.
 */
export async function rescueTask(taskId: string, options: RescueOptions = {}): Promise<RescueResult> {
  checkInput(runSchema, 'options', options);
  if (!isTaskId(taskId)) {
    throw new ReelError('invalid-input', 'That is not a task id. Copy it from the list.');
  }
  const settings = readSettings();
  await bindStore(settings, options);
  const record = recordOf(await listRecords(videoStore(settings)), taskId);
  const kept = record && keptVersion(settings, record, taskId);
  if (kept) return kept;
  // The place of an earlier submission is taken by a later one.
  if (!record || pastOf(record, taskId)) return rescueOrphan(settings, taskId, options);
  const { kind } = stateOf(record);
  const isOver = record.taskId === taskId && kind !== 'canceled' && !isUnfinished(record);
  if (!isOver) return resultOf(taskId, await takeUp(settings, record, taskId, options));
  const isWhole = kind === 'ready' && (await findVideoFault(settings, record)) === undefined;
  if (isWhole) return resultOf(taskId, record);
  const fetched = await refetch(settings, jobOf(record, contextOf(settings, options)), record, options);
  return resultOf(taskId, await finishPictures(settings, fetched, options));
}

/** Assigns the task to the record and finishes it; never buys, and never accepts the video of another task. */
async function takeUp(
  settings: Settings,
  record: VideoMetadata,
  taskId: string,
  options: RescueOptions,
): Promise<VideoMetadata> {
  const key = videoKey(record.spotId, record.eraId);
  const claimed = await claimTask(videoStore(settings), key, taskId, options);
  const job = jobOf(claimed, contextOf(settings, options));
  const assertUsable: typeof job.assertUsable = (current, step) => {
    job.assertUsable(current, step);
    // Between the claim and now, or while another process was waited for, it may have been bought anew.
    if (current?.taskId !== taskId) throw movedOn(key, taskId);
  };
  const done = await runJob(settings, { ...job, assertUsable }, options, (progress) => {
    if (progress.stage === 'downloading' || progress.stage === 'verifying' || progress.stage === 'retrying') {
      callSafely(options.onProgress, progress);
    }
  });
  // The work that was joined or waited for may have captured another task's video.
  if (done.taskId !== taskId) throw movedOn(key, taskId);
  return finishPictures(settings, done, options);
}

function movedOn(key: string, taskId: string): ReelError {
  return new ReelError('busy', `${key} no longer belongs to task ${taskId}. List the tasks again.`, { taskId });
}

async function rescueOrphan(settings: Settings, taskId: string, options: RescueOptions): Promise<RescueResult> {
  const { sizeBytes, sha256 } =
    (await wholeOrphan(settings, taskId)) ?? (await captureOrphan(settings, clientFor(options), taskId, options));
  return { taskId, localPath: localPathOf(settings, orphanPath(settings, taskId)), sizeBytes, sha256 };
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

/** The film of that task where it is kept as a former one, and its file is there. */
function keptVersion(settings: Settings, record: VideoMetadata, taskId: string): RescueResult | undefined {
  const film = keptVersions(versionsOf(record)).find((one) => one.taskId === taskId);
  return film && hasVideoFile(settings, film) ? resultOf(taskId, { ...record, ...factsOf(film) }) : undefined;
}

function isCaptured(settings: Settings, record: VideoMetadata | undefined, taskId: string): boolean {
  if (record && pastOf(record, taskId)?.outcome === 'delivered') return true;
  if (record?.taskId === taskId) return stateOf(record).kind === 'ready' && hasVideoFile(settings, record);
  const localPath = localPathOf(settings, orphanPath(settings, taskId));
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
