import { dirname, join } from 'node:path';
import type { DownloadStorage } from '#lib/openai-videos/assets/fetch/storage.server.ts';
import { versionStem } from '#lib/openai-videos/assets/job/names.ts';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';

/**
 * Makes poster, sprite sheet and index of a film in the local folder, beside it. A thumbnail that the service has sent is the
 * poster; a sprite sheet of its own has a layout that is not documented, so one is made in any case.
 * @throws ReelError `aborted`, `disk*`
 */
export async function drawPictures(
  storage: DownloadStorage,
  { place, assets }: DownloadRecord,
  signal: AbortSignal,
): Promise<DownloadRecord['pictures']> {
  if (!place || !storage.isLocal) return undefined;
  // Loaded with the first film that needs it.
  const { makePictures } = await import('#lib/pictures/index.ts');
  const film = storage.pathOf(place, 'video');
  const thumbnail = assets.find(({ type }) => type === 'thumbnail');
  return makePictures(film, {
    stem: join(dirname(film), versionStem(place)),
    ...(thumbnail && { delivered: { poster: storage.pathOf(place, 'thumbnail') } }),
    signal,
  });
}
