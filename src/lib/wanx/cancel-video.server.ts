import { systemClock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { readSettings } from '#lib/config.ts';
import { isUnfinished } from '#lib/jobs/job-record.ts';
import { videoEngine } from './engines.server.ts';
import { videoKey } from './spot.ts';
import { type VideoMetadata, videoStore } from './video-metadata.ts';
import { clientFor, type RunSettings } from './video-storage.ts';
import { jobOf } from './wan-job.server.ts';

export interface CancelResult {
  metadata: VideoMetadata;
  /** True when the provider stopped the task, so that it is not billed; a task that already runs goes on and is. */
  stoppedAtProvider: boolean;
}

/**
 * Cancels the unfinished video of a spot in an era, whichever process works on it. `resumeVideos` leaves it alone from
 * then on; asking for it again takes up the same task if that still runs, instead of paying for another.
 * @throws ReelError `not-found` when nothing is under way
 */
export async function cancelVideo(spotId: string, eraId: string, options: RunSettings = {}): Promise<CancelResult> {
  const settings = readSettings();
  const store = videoStore(settings.metadataPath);
  const key = videoKey(spotId, eraId);
  const clock = options.clock ?? systemClock;
  const record = await store.update(key, (current) => {
    if (!current || !isUnfinished(current)) throw nothingToCancel(key);
    const canceledAt = new Date(clock.now()).toISOString();
    return { ...current, canceledAt, status: 'failed', errorCode: 'aborted', error: 'Cancelled.', lease: undefined };
  });
  await videoEngine(store).abort(key, new Error('cancelled'));
  if (!record?.taskId) return { metadata: record ?? missing(key), stoppedAtProvider: false };
  const { provider } = jobOf(record, { settings, client: clientFor(options) });
  const stoppedAtProvider = await provider.cancel(record.taskId, options.signal ?? new AbortController().signal);
  const metadata = await store.update(key, (current) => current && { ...current, cancelConfirmed: stoppedAtProvider });
  return { metadata: metadata ?? record, stoppedAtProvider };
}

function nothingToCancel(key: string): ReelError {
  return new ReelError('not-found', `Nothing is under way for ${key}, so there is nothing to cancel.`);
}

function missing(key: string): never {
  throw new ReelError('not-found', `The record of ${key} is gone.`);
}
