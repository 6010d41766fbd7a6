import { isReelError } from '#lib/base/errors.ts';
import { videoKey } from '#lib/wanx/spot.ts';
import { ProblemError } from '#lib/web/http/problem.ts';

/** Work on one video in this process. */
export interface CancelableRun {
  controller: AbortController;
  ended: Promise<void>;
}

/** The functions of the provider's library. */
export interface Cancelling {
  cancelVideo(spotId: string, eraId: string): Promise<unknown>;
  withdrawOrder(spotId: string, eraId: string): Promise<unknown>;
}

/**
 * Cancels a video, even one that was just ordered and not submitted yet. Resolves when the work in this process has ended,
 * so that no progress is reported after the response.
 * @throws ProblemError `not-found` if nothing is under way; ReelError if the provider could not be asked
 */
export async function cancelRun(
  spotId: string,
  eraId: string,
  run: CancelableRun | undefined,
  { cancelVideo, withdrawOrder }: Cancelling,
): Promise<void> {
  try {
    await cancelVideo(spotId, eraId);
    await end(run);
  } catch (error) {
    // With a task id, it is the provider that does not find the task.
    if (!isReelError(error) || error.code !== 'not-found' || error.taskId !== undefined) throw error;
    if (!run) throw new ProblemError('not-found', `Nothing is under way for ${videoKey(spotId, eraId)}.`);
    await end(run);
    // It may have submitted just before it was asked to end.
    await withdrawOrder(spotId, eraId);
  }
}

async function end(run: CancelableRun | undefined): Promise<void> {
  run?.controller.abort(new Error('cancelled'));
  await run?.ended;
}
