import { checkInput } from '#lib/base/check-input.ts';
import { systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import { endWithoutResult } from '#lib/jobs/history.ts';
import { isUnfinished } from '#lib/jobs/job-record.ts';
import type { RecordStore } from '#lib/stores/record-store.ts';
import { videoEngine } from './engines.server.ts';
import { runSchema } from './input-schemas.ts';
import { videoKey } from './spot.ts';
import { type VideoMetadata, videoStore } from './video-metadata.ts';
import { clientFor, type RunSettings } from './video-storage.ts';
import { jobOf } from './wan-job.server.ts';

export interface CancelResult {
  metadata: VideoMetadata;
  /** True when nothing was accepted or the provider stopped the task, so that it is not billed. */
  stoppedAtProvider: boolean;
  /** Its task goes on, or whether there is one is not known: it may be billed. */
  mayBeBilled: boolean;
}

/**
 * Cancels the unfinished video of a spot in an era, whichever process works on it. `resumeVideos` leaves it alone from
 * then on; asking for it again takes up the same task if that still runs, instead of paying for another.
 * @throws ReelError `not-found` when nothing is under way
 */
export async function cancelVideo(spotId: string, eraId: string, options: RunSettings = {}): Promise<CancelResult> {
  checkInput(runSchema, 'options', options);
  const settings = readSettings();
  const store = videoStore(settings.metadataPath);
  const key = videoKey(spotId, eraId);
  const clock = options.clock ?? systemClock;
  await store.update(key, (current) => {
    if (!current || !isUnfinished(current)) throw nothingToCancel(key);
    const canceledAt = new Date(clock.now()).toISOString();
    return { ...current, canceledAt, status: 'failed', errorCode: 'aborted', error: 'Cancelled.', lease: undefined };
  });
  await videoEngine(store).abort(key, new Error('cancelled'));
  // Only now: the work of this process may just have had the answer to its submission, and stopped that task itself.
  const record = (await store.get(key)) ?? missing(key);
  if (record.taskId !== undefined && record.cancelConfirmed === undefined && record.canceledAt !== undefined) {
    const { provider } = jobOf(record, { settings, client: clientFor(options) });
    const stopped = await provider.cancel(record.taskId, options.signal ?? new AbortController().signal);
    return resultOf((await confirm(store, key, record.taskId, stopped)) ?? record);
  }
  return resultOf(record);
}

/** The file that the cancelled video was to replace is what the record is about again. */
function confirm(
  store: RecordStore<VideoMetadata>,
  key: string,
  taskId: string,
  stopped: boolean,
): Promise<VideoMetadata | undefined> {
  return store.update(key, (current) => {
    if (current?.taskId !== taskId || current.canceledAt === undefined) return current;
    const confirmed = { ...current, cancelConfirmed: stopped };
    const back = stopped && current.previous ? endWithoutResult(confirmed, 'canceled', 'Cancelled.') : {};
    return { ...confirmed, ...back };
  });
}

function resultOf(metadata: VideoMetadata): CancelResult {
  // A record that is about its old file again was cancelled in time.
  const stoppedAtProvider = metadata.cancelConfirmed === true || metadata.status === 'ready' || !metadata.intent;
  return { metadata, stoppedAtProvider, mayBeBilled: !stoppedAtProvider };
}

function nothingToCancel(key: string): ReelError {
  return new ReelError('not-found', `Nothing is under way for ${key}, so there is nothing to cancel.`);
}

function missing(key: string): never {
  throw new ReelError('not-found', `The record of ${key} is gone.`);
}
