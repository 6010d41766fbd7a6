import { finishMediaPictures } from '#lib/media/index.ts';
import { makePictures } from '#lib/pictures/index.ts';
import type { Context } from '../shared/options/command.ts';

/**
 * Makes the pictures of films that have come into the library. These are safe: what cannot be made is only said.
 * @param projectId undefined: of every project
 */
export async function drawPictures({ output, signal }: Context, projectId: string | undefined): Promise<void> {
  const only = (film: { projectId: string }) => (projectId ?? film.projectId) === film.projectId;
  const finished = await finishMediaPictures(makePictures, { only, signal });
  const ended = finished.filter(({ error }) => error?.code !== 'aborted');
  for (const { film, missing } of ended) output.event('pictures', { ...film, missing });
  // Without ffmpeg every film says the same.
  for (const sentence of new Set(ended.flatMap(({ missing }) => missing))) output.say(sentence);
}
