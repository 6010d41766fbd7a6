import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { AssetFormat, InspectedFile } from '#lib/capture/types.ts';
import { FileHasher, hashFile } from './hashing.server.ts';

/**
 * Reads a finished file again, for an audit.
 * @throws ReelError `not-found` when there is no file, `disk*` when it cannot be read
 */
export async function inspectAsset(path: string, format: AssetFormat): Promise<InspectedFile> {
  try {
    const hasher = new FileHasher(false);
    const sizeBytes = await hashFile(path, hasher);
    const { media, problem, notes } = await format.inspect(path);
    const { sha256 } = hasher.digest();
    return { sizeBytes, sha256, media, ...(problem !== undefined && { problem }), ...(notes && { notes }) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT')
      throw new ReelError('not-found', `There is no file ${path}.`, { stage: 'verifying' });
    throw diskError(error, path, 'verifying');
  }
}
