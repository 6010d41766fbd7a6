import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { ReelError } from '#lib/base/errors.ts';
import { FileHasher, hashFile } from './hashing.server.ts';
import { type MediaInfo, readMedia } from './media-info.server.ts';

export interface InspectedVideo {
  sizeBytes: number;
  /** Lower-case hexadecimal. */
  sha256: string;
  media: MediaInfo;
  /** Why the file is not a whole MP4 video; undefined when it is one. */
  problem?: string;
  /** What is odd about a file that is whole all the same; undefined when nothing is. */
  notes?: string[];
}

/**
 * Reads a finished file again, for an audit.
 * @throws ReelError `not-found` when there is no file, `disk*` when it cannot be read
 */
export async function inspectVideoFile(path: string): Promise<InspectedVideo> {
  try {
    const hasher = new FileHasher(false);
    const sizeBytes = await hashFile(path, hasher);
    const { media, problem, notes } = await readMedia(path);
    const { sha256 } = hasher.digest();
    return { sizeBytes, sha256, media, ...(problem !== undefined && { problem }), ...(notes && { notes }) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT')
      throw new ReelError('not-found', `There is no file ${path}.`, { stage: 'verifying' });
    throw diskError(error, path, 'verifying');
  }
}
