import { basename, dirname } from 'node:path';
import { jpeg, png, webp } from '#lib/capture/formats/formats.server.ts';
import type { Picture } from '#lib/jobs/record/job-record.ts';
import { wholePicture } from './draw.server.ts';

/** A picture that the provider sent, if it is one, whole, and beside the film. */
export async function deliveredPicture(
  path: string | undefined,
  film: string,
): Promise<(Picture & { width: number; height: number }) | undefined> {
  if (path === undefined || dirname(path) !== dirname(film)) return undefined;
  for (const format of [webp, jpeg, png]) {
    const found = await wholePicture(path, format);
    if (!found) continue;
    const { sizeBytes, sha256, media } = found;
    const { width, height } = media;
    return { name: basename(path), sizeBytes, sha256, mimeType: format.mimeType, width, height };
  }
  return undefined;
}
