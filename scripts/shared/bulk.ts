import PQueue from 'p-queue';
import type { GenerateOptions } from '#lib/wanx/index.ts';
import { makeVideo, type Outcome } from './make-video.ts';
import type { Context } from './options/command.ts';
import type { Place } from './places.ts';

/** After one of these, every other video would fail the same way, so no more are started. */
const FAILS_FOR_ALL: ReadonlySet<string> = new Set([
  'config',
  'auth',
  'quota',
  'budget',
  'disk-full',
  'disk-denied',
  'store-corrupt',
]);

/**
 * Makes several videos, some at once. A failure does not stop the others unless they would fail the same way.
 * @returns an outcome for each video that was started, in the given order
 */
export async function makeVideos(
  context: Context,
  places: readonly Place[],
  options: GenerateOptions,
  concurrency: number,
): Promise<Outcome[]> {
  const queue = new PQueue({ concurrency });
  let isStopped = false;
  const begin = async (place: Place): Promise<Outcome | undefined> => {
    if (isStopped || context.isInterrupted()) return undefined;
    const outcome = await makeVideo(context, place, options);
    if (!outcome.result.success && FAILS_FOR_ALL.has(outcome.result.code)) isStopped = true;
    return outcome;
  };
  const outcomes = await Promise.all(places.map((place) => queue.add(() => begin(place))));
  return outcomes.filter((outcome) => outcome !== undefined);
}
