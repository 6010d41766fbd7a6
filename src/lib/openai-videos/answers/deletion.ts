import { z } from 'zod';
import { videoOf } from './video.ts';

const deletion = z.looseObject({ deleted: z.boolean() });

/**
 * Whether a video was deleted: `{deleted: true}` as documented, the job with the status `deleted` (SGLang), or an answer
 * without a body; undefined when the answer says something else.
 */
export function deletionOf(body: unknown, id: string): { id: string; deleted: boolean } | undefined {
  if (body === undefined) return { id, deleted: true };
  const stated = deletion.safeParse(body).data?.deleted;
  if (stated !== undefined) return { id, deleted: stated };
  const video = videoOf(body, id);
  return video && { id, deleted: video.status === 'deleted' || video.status === 'cancelled' };
}
