import type { FilmPictures } from '#lib/jobs/record/job-record.ts';
import { PICTURE_KINDS, parsePictureName } from '#lib/jobs/record/picture-names.ts';
import { fitting } from '#lib/media/names/file-name.ts';

/** Room for the longest ending of a picture, and for what the name of a file has while it is written. */
const MOST_BYTES = 88;
const FILM = /\.(mp4|mov|webm)$/i;
const EXTENSION = /\.[A-Za-z0-9]{1,8}$/;

/**
 * What the names of a film's pictures begin with: its own name. With the extension, since a film of the same name may be there
 * in another format. A long one is cut.
 * @param markOf tells names apart that are cut
 */
export function pictureStemOf(fileName: string, markOf: (name: string) => string): string {
  if (new TextEncoder().encode(fileName).length <= MOST_BYTES) return fileName;
  const extension = EXTENSION.exec(fileName)?.[0] ?? '';
  return fitting(fileName, `-${markOf(fileName)}${extension}`, MOST_BYTES);
}

/** Whether a file is the picture of a film by its name, on record or not. */
export function isPictureName(fileName: string): boolean {
  return FILM.test(parsePictureName(fileName)?.stem ?? '');
}

interface PicturedFile {
  localPath?: string | undefined;
  pictures?: FilmPictures | undefined;
}

/** Of the pictures on record, relative to the library's root: they lie beside their film. */
export function picturePathsOf({ localPath = '', pictures = {} }: PicturedFile): string[] {
  const folder = localPath.slice(0, localPath.lastIndexOf('/') + 1);
  return PICTURE_KINDS.flatMap((kind) => {
    const { name } = pictures[kind] ?? {};
    return name === undefined ? [] : [folder + name];
  });
}
