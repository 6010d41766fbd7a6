import type { FilmPictures } from '#lib/jobs/record/job-record.ts';
import type { MediaRecord } from '#lib/media/items/record.ts';

type Pictured = Pick<MediaRecord, 'type' | 'localPath' | 'fileSize' | 'sha256'>;

/** A film has just been saved, and waits for its pictures. */
export const DUE: FilmPictures = { isDue: true };

/**
 * The pictures of an item that is put on record: those that it has, as long as it has the same file.
 * @param found of an item that was made for the same file, because nobody had added it
 */
export function picturesAfter(
  former: MediaRecord | undefined,
  next: Pictured,
  found: FilmPictures | undefined,
): FilmPictures | undefined {
  if (next.type !== 'video' || next.localPath === undefined) return undefined;
  const known = former && isSameFile(former, next) ? former.pictures : found;
  const isOfAnother = known?.filmSha256 !== undefined && next.sha256 !== undefined && known.filmSha256 !== next.sha256;
  return known && !isOfAnother ? known : DUE;
}

/** Whether both are about one file, as far as they know it. */
export function isSameFile(one: Pictured, other: Pictured): boolean {
  const isSameContent = (one.sha256 ?? other.sha256) === (other.sha256 ?? one.sha256);
  return one.localPath === other.localPath && one.fileSize === other.fileSize && isSameContent;
}
