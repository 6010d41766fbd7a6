import { isReelError } from '#lib/base/errors.ts';
import { isUnfinished, stateOf } from '#lib/jobs/record/state.ts';
import { cancelVideo, type VideoMetadata, videoKey } from '#lib/wanx/index.ts';
import { videoStore } from '#lib/wanx/video-metadata.ts';
import { ProblemError } from '#lib/web/http/problem.ts';

/** Work on one video in this process. */
export interface CancelableRun {
  controller: AbortController;
  ended: Promise<void>;
}

/**
 * Cancels a video, also one that was ordered a moment ago and has submitted nothing yet. Resolves when the work here has
 * ended, so that its last words cannot come after the answer.
 * @throws ProblemError `not-found` when nothing is under way; ReelError with what kept the provider from being asked
 */
export async function cancelRun(spotId: string, eraId: string, run: CancelableRun | undefined): Promise<void> {
  try {
    await cancelVideo(spotId, eraId);
    await end(run);
  } catch (error) {
    // With a task id it is the provider that knows of none.
    if (!isReelError(error) || error.code !== 'not-found' || error.taskId !== undefined) throw error;
    if (!run) throw new ProblemError('not-found', `Nothing is under way for ${videoKey(spotId, eraId)}.`);
    await end(run);
    await cancelWhatIsLeft(spotId, eraId);
  }
}

async function end(run: CancelableRun | undefined): Promise<void> {
  run?.controller.abort(new Error('cancelled'));
  await run?.ended;
}

/** The work may just have submitted when it was told to end. */
async function cancelWhatIsLeft(spotId: string, eraId: string): Promise<void> {
  const store = videoStore();
  const record = await store.update(videoKey(spotId, eraId), (current) => current && withoutTheOrder(current));
  if (record && isUnfinished(record)) await cancelVideo(spotId, eraId);
}

/** Nothing was bought: the order leaves the video as it was, and not as one that failed. */
function withoutTheOrder(record: VideoMetadata): VideoMetadata {
  const state = stateOf(record);
  if (state.kind !== 'failed' || state.code !== 'aborted') return record;
  return { ...record, status: 'pending', errorCode: undefined, error: undefined };
}
