import { lstatSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FilmPictures, Finished } from '#lib/jobs/record/job-record.ts';
import { PICTURE_KINDS } from '#lib/jobs/record/picture-names.ts';

/** Where the path of a film on record leads. */
interface Place {
  pathOf(localPath: string): string;
}

type Film = Pick<Finished, 'pictures' | 'localPath' | 'sha256'>;

/** Whether every picture of this very film is where its record says. */
export function hasAllPictures(place: Place, film: Film): boolean {
  return Object.keys(intactPictures(place, film)).length === PICTURE_KINDS.length;
}

/** Of a film's pictures on record those whose files are there. */
export function intactPictures({ pathOf }: Place, { pictures, localPath, sha256 }: Film): Partial<FilmPictures> {
  if (!pictures || localPath === undefined) return {};
  if (sha256 !== undefined && pictures.filmSha256 !== sha256) return {};
  const folder = dirname(pathOf(localPath));
  const intact = PICTURE_KINDS.filter((kind) => {
    const picture = pictures[kind];
    const found = picture && lstatSync(join(folder, picture.name), { throwIfNoEntry: false });
    return found?.isFile() === true && found.size === picture?.sizeBytes;
  });
  return Object.fromEntries(intact.map((kind) => [kind, pictures[kind]]));
}
