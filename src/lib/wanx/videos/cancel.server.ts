import { systemClock } from '#lib/base/clock.ts';
import { isReelError, ReelError, withContext } from '#lib/base/errors.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { endWithoutResult } from '#lib/jobs/record/history.ts';
import { isStoppedAtProvider, isUnfinished, stateOf } from '#lib/jobs/record/state.ts';
import { assertSameEndpoint } from '#lib/jobs/same-endpoint.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { runSchema } from '#lib/wanx/request/input-schemas.ts';
import { clientFor } from '#lib/wanx/run/client.server.ts';
import { videoEngine } from '#lib/wanx/run/engine.server.ts';
import type { RunSettings } from '#lib/wanx/run/settings.ts';
import { videoKey } from '#lib/wanx/spot.ts';
import { type VideoMetadata, videoStore } from '#lib/wanx/video-metadata.ts';
import { jobOf } from './job.server.ts';

export interface CancelResult {
  metadata: VideoMetadata;
  /** True when nothing was accepted or the provider stopped the task, so that it is not billed. */
  stoppedAtProvider: boolean;
  /** Its task continues, or it is unknown whether there is one: it may be billed. */
  mayBeBilled: boolean;
}

/**
 * Cancels the unfinished video of a spot in an era, whichever process works on it. `resumeVideos` skips it from then
 * on; generating it again continues the same task if that still runs, instead of paying for another. Until the provider
 * has confirmed whether it stopped the task, cancelling again asks it again.
 * @throws ReelError `not-found` when nothing is under way; with the task id, what kept the provider from being asked
 */
export async function cancelVideo(spotId: string, eraId: string, options: RunSettings = {}): Promise<CancelResult> {
  checkInput(runSchema, 'options', options);
  const settings = readSettings();
  const store = videoStore(settings);
  const key = videoKey(spotId, eraId);
  const clock = options.clock ?? systemClock;
  await store.update(key, (current) => {
    if (current && isCanceledWithoutEffect(current)) return current;
    if (!current || !isUnfinished(current)) throw nothingToCancel(key);
    const canceled = { canceledAt: new Date(clock.now()).toISOString(), errorCode: 'aborted', error: 'Cancelled.' };
    return { ...current, ...canceled, status: 'failed', lease: undefined };
  });
  await videoEngine(store).abort(key, new Error('cancelled'));
  // Only now: the work of this process may just have had the answer to its submission, and stopped that task itself.
  const record = (await store.get(key)) ?? missing(key);
  const { taskId } = record;
  const state = stateOf(record);
  if (taskId === undefined || state.kind !== 'canceled' || state.atProvider !== 'not-asked') return resultOf(record);
  const stopped = await stopTask(record, taskId, settings, options);
  return resultOf((await confirm(store, key, taskId, stopped)) ?? record);
}

/** Cancelled before, by a process that could not ask the provider or was killed meanwhile; or the task ran already. */
function isCanceledWithoutEffect(record: VideoMetadata): boolean {
  const state = stateOf(record);
  return state.kind === 'canceled' && state.atProvider !== 'stopped';
}

/** @returns false when the provider says that the task can no longer be stopped */
async function stopTask(
  record: VideoMetadata,
  taskId: string,
  settings: Settings,
  options: RunSettings,
): Promise<boolean> {
  try {
    const job = jobOf(record, { settings, client: clientFor(options) });
    // Another service does not know the task, which would look as if it were over.
    assertSameEndpoint(job, record);
    const { handle } = record;
    const stopped = await job.provider.cancel?.({ taskId, handle }, options.signal ?? new AbortController().signal);
    return stopped ?? false;
  } catch (error) {
    if (!isReelError(error)) throw error;
    const advice = `The work on it here has stopped, but it is unknown whether task ${taskId} was stopped, so it may be billed: cancel it again.`;
    throw withContext(error, { taskId, billable: 'maybe', advice });
  }
}

/**
 * Withdraws an order whose work its caller has just ended. A submission that may have been sent meanwhile is cancelled;
 * where nothing was bought, the video is as it was before, and not one that failed.
 * @throws ReelError with the task id, what kept the provider from being asked
 */
export async function withdrawOrder(spotId: string, eraId: string, options: RunSettings = {}): Promise<void> {
  const record = await videoStore().update(videoKey(spotId, eraId), (current) => current && withoutTheOrder(current));
  if (record && isUnfinished(record)) await cancelVideo(spotId, eraId, options);
}

function withoutTheOrder(record: VideoMetadata): VideoMetadata {
  const state = stateOf(record);
  if (state.kind !== 'failed' || state.code !== 'aborted') return record;
  return { ...record, status: 'pending', errorCode: undefined, error: undefined };
}

/** The record again describes the file that the cancelled video was to replace. */
function confirm(
  store: RecordStore<VideoMetadata>,
  key: string,
  taskId: string,
  stopped: boolean,
): Promise<VideoMetadata | undefined> {
  return store.update(key, (current) => {
    if (current?.taskId !== taskId || stateOf(current).kind !== 'canceled') return current;
    const confirmed = { ...current, cancelConfirmed: stopped };
    const back = stopped && current.previous ? endWithoutResult(confirmed, 'canceled', 'Cancelled.') : {};
    return { ...confirmed, ...back };
  });
}

function resultOf(metadata: VideoMetadata): CancelResult {
  // A record that is about its old file again was cancelled in time.
  const stoppedAtProvider =
    isStoppedAtProvider(metadata) || stateOf(metadata).kind === 'ready' || metadata.intent === undefined;
  return { metadata, stoppedAtProvider, mayBeBilled: !stoppedAtProvider };
}

function nothingToCancel(key: string): ReelError {
  return new ReelError('not-found', `Nothing is under way for ${key}, so there is nothing to cancel.`);
}

function missing(key: string): never {
  throw new ReelError('not-found', `The record of ${key} is gone.`);
}
