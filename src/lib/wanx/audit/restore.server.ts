import type { Clock } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import { isLeasedByOther } from '#lib/jobs/lease/lease.ts';
import { isSurelyDead } from '#lib/jobs/lease/process-identity.server.ts';
import { closeSubmission } from '#lib/jobs/record/history.ts';
import { isUnfinished } from '#lib/jobs/record/job-record.ts';
import { videoKey } from '#lib/wanx/spot.ts';
import { type VideoMetadata, videoStore } from '#lib/wanx/video-metadata.ts';

/**
 * Whether the record has been given up and still says of what file it once was: with that file in its place, of which the
 * caller makes sure, it is ready. Never while somebody works on it, or as long as a newer task may deliver.
 */
export function isGivenUp(record: VideoMetadata, clock: Clock): boolean {
  const { status, localPath, sizeBytes, sha256, previous } = record;
  if (status !== 'failed' || previous || !localPath || sizeBytes === undefined || !sha256) return false;
  if (isLeased(record, clock)) return false;
  return isOfCurrentSubmission(record) || !mayDeliver(record);
}

/**
 * Sets the record back to ready, if it still is as it was looked at.
 * @throws ReelError `busy` when it is not; what the store fails with
 */
export async function restoreRecord(seen: VideoMetadata, clock: Clock): Promise<void> {
  const key = videoKey(seen.spotId, seen.eraId);
  const looked = JSON.stringify(seen);
  await videoStore().update(key, (current) => {
    if (current && JSON.stringify(current) === looked) return restored(current, new Date(clock.now()).toISOString());
    throw new ReelError('busy', `${key} has changed meanwhile. Nothing was changed; audit again.`);
  });
}

function isLeased(record: VideoMetadata, clock: Clock): boolean {
  // This process may be at work on it as well: no owner is exempt.
  return isLeasedByOther(record, { owner: '', ttlMs: 0, clock, isSurelyDead });
}

/** A new submission clears the time at which the file of the one before it was finished. */
function isOfCurrentSubmission({ completedAt }: VideoMetadata): boolean {
  return completedAt !== undefined;
}

/** Also when it was cancelled too late: its task goes on, and the record is the way back to it. */
function mayDeliver({ canceledAt, cancelConfirmed, ...rest }: VideoMetadata): boolean {
  return isUnfinished({ ...rest, canceledAt: cancelConfirmed ? canceledAt : undefined });
}

const NO_FAILURE = {
  error: undefined,
  errorCode: undefined,
  retries: undefined,
  canceledAt: undefined,
  cancelConfirmed: undefined,
  lease: undefined,
};

function restored(current: VideoMetadata, now: string): VideoMetadata {
  const { completedAt = now, receipt, lease } = current;
  const own = isOfCurrentSubmission(current) ? { receipt: receiptOf(current, receipt) } : earlierFilm(current);
  // A process that has lost this lease must not go on with it once it wakes.
  const fence = lease ? Math.max(current.fence ?? 0, lease.fence) : current.fence;
  return { ...current, ...own, ...NO_FAILURE, status: 'ready', completedAt, fence };
}

/** The receipt of a failure says that nothing was delivered, which is not so. */
function receiptOf({ sizeBytes }: VideoMetadata, receipt: VideoMetadata['receipt']): VideoMetadata['receipt'] {
  return receipt && !receipt.delivered ? { ...receipt, delivered: { sizeBytes }, differences: [] } : receipt;
}

/**
 * A submission made since came to nothing: it goes into the history, and the film is not described by its prompt and its
 * model. Which of the history made the film nobody knows any more.
 */
function earlierFilm(current: VideoMetadata): Partial<VideoMetadata> {
  return { ...closeSubmission(current), prompt: '', model: undefined };
}
