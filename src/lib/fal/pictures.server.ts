import { timerMs } from '#lib/base/clock.ts';
import type { FalRunOptions } from './generate/options.ts';

const running = new Set<Promise<unknown>>();
let stopping = new AbortController();

/**
 * Makes the pictures of films that are safe now. Never rejects: without them the films are complete all the same, and the next
 * call, a server or `npm run pictures` makes them.
 * @param draw makes them, with ffmpeg, until the signal ends that
 */
export async function finishPictures(
  draw: (makePictures: typeof import('#lib/pictures/index.ts').makePictures, signal: AbortSignal) => Promise<unknown>,
  { signal, timeoutMs }: Pick<FalRunOptions, 'signal' | 'timeoutMs'>,
): Promise<void> {
  const limit = timeoutMs === undefined ? [] : [AbortSignal.timeout(timerMs(timeoutMs))];
  const stop = AbortSignal.any([stopping.signal, ...(signal ? [signal] : []), ...limit]);
  const drawing = import('#lib/pictures/index.ts').then(({ makePictures }) => draw(makePictures, stop)).catch(() => {});
  running.add(drawing);
  await drawing.finally(() => running.delete(drawing));
}

/** Ends the drawing of this process; what is not drawn stays due. */
export async function stopDrawing(): Promise<void> {
  stopping.abort();
  stopping = new AbortController();
  await Promise.all(running);
}
