import PQueue from 'p-queue';
import type { GenerateOptions } from '#lib/wanx/index.ts';
import { makeVideo, type Outcome } from './make-video.ts';
import type { Context } from './options/command.ts';
import type { Place } from './places.ts';

/** After one of these every other video would fail the same way, so none is begun any more. */
const HOPELESS: ReadonlySet<string> = new Set([
  'config',
  'auth',
  'quota',
  'budget',
  'disk-full',
  'disk-denied',
  'store-corrupt',
]);

/**
 * Makes several videos, some at once. One failure does not stop the others, unless it would be theirs as well.
 * @returns an outcome for each that was begun, in the order given
 */
export async function makeVideos(
  context: Context,
  places: readonly Place[],
  options: GenerateOptions,
  concurrency: number,
): Promise<Outcome[]> {
  const queue = new PQueue({ concurrency });
  let isHopeless = false;
  const begin = async (place: Place): Promise<Outcome | undefined> => {
    if (isHopeless || context.isInterrupted()) return undefined;
    const outcome = await makeVideo(context, place, options);
    if (!outcome.result.success && HOPELESS.has(outcome.result.code)) isHopeless = true;
    return outcome;
  };
  const outcomes = await Promise.all(places.map((place) => queue.add(() => begin(place))));
  return outcomes.filter((outcome) => outcome !== undefined);
}
