import { dirname, join } from 'node:path';
import { isReelError } from '#lib/base/errors.ts';
import { type DownloadStorage, nameOf } from '#lib/openai-videos/assets/fetch/storage.server.ts';
import { versionStem } from '#lib/openai-videos/assets/job/names.ts';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';
import { withLocalCopy } from '#lib/stores/assets/local-copy.server.ts';

/**
 * Makes poster, sprite sheet and index of a film in the local folder: beside it, or from a copy of one that is kept elsewhere.
 * A thumbnail that the service has sent is the poster, if it is here; a sprite sheet of its own has a layout that is not
 * documented, so one is made in any case.
 * @returns also why there are none
 * @throws ReelError `aborted`, `disk*`
 */
export async function drawPictures(
  storage: DownloadStorage,
  { place, assets }: DownloadRecord,
  signal: AbortSignal,
): Promise<DownloadRecord['pictures']> {
  const film = assets.find(({ type }) => type === 'video');
  if (!place || !film) return undefined;
  // Loaded with the first film that needs it.
  const { makePictures } = await import('#lib/pictures/index.ts');
  const path = storage.pathOf(place, 'video');
  const thumbnail = assets.find((one) => one.type === 'thumbnail' && storage.isHere(one));
  const draw = (from: string) =>
    makePictures(from, {
      stem: join(dirname(path), versionStem(place)),
      ...(thumbnail && { delivered: { poster: storage.pathOf(place, 'thumbnail') } }),
      signal,
    });
  if (storage.isHere(film)) return draw(path);
  const { sizeBytes, sha256 } = film;
  try {
    const from = { store: storage.storeOf(film), name: nameOf(place, film), sizeBytes, sha256 };
    return await withLocalCopy({ ...from, beside: path, signal }, draw);
  } catch (error) {
    return withoutFilm(error);
  }
}

/** The film is complete without pictures: nothing waits until its store can be reached. */
function withoutFilm(error: unknown): DownloadRecord['pictures'] {
  if (!isReelError(error) || error.code === 'aborted' || error.code.startsWith('disk')) throw error;
  return { missing: [`No pictures: ${error.message}`] };
}
