import { basename, dirname, join, resolve } from 'node:path';
import type { Settings } from '#lib/config.ts';
import { type FilmPictures, finishedFilms, PICTURE_KINDS, type Picture } from '#lib/pictures/index.ts';
import type { VideoMetadata } from '#lib/wanx/video-metadata.ts';
import type { CapturedFile } from '#lib/wanx/videos/captured-file.server.ts';

/** The picture of this name, of the current film or of a former one, where the record has it. */
export function pictureFile(settings: Settings, record: VideoMetadata, name: string): CapturedFile | undefined {
  for (const { film } of finishedFilms(record)) {
    const folder = dirname(resolve(settings.projectRoot, film.localPath ?? ''));
    const picture = namedPicture(film.pictures, name);
    // Only directly in the video folder, as films.
    if (!picture || folder !== settings.videoDir) continue;
    const { sizeBytes, sha256, mimeType } = picture;
    return { path: join(folder, basename(name)), name, sizeBytes, sha256, mimeType };
  }
  return undefined;
}

function namedPicture(pictures: FilmPictures | undefined, name: string): Picture | undefined {
  return PICTURE_KINDS.map((kind) => pictures?.[kind]).find((picture) => picture?.name === name);
}

/** The pictures on record that show this very film. */
export function picturesShown({
  pictures,
  sha256,
}: Pick<VideoMetadata, 'pictures' | 'sha256'>): FilmPictures | undefined {
  return sha256 === undefined || pictures?.filmSha256 === sha256 ? pictures : undefined;
}
