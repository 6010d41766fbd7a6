import { z } from 'zod';
import { type OpenAIVideo, videoOf } from './video.ts';

export interface VideoPage {
  videos: OpenAIVideo[];
  /** How many rows the page has, also those that are left out. */
  rows: number;
  /** Undefined where the server does not say. */
  hasMore: boolean | undefined;
  lastId: string | undefined;
}

const listAnswer = z.looseObject({
  data: z.array(z.unknown()),
  has_more: z.boolean().nullish().catch(null),
  last_id: z.string().nullish().catch(null),
});

/** One page of the list; undefined when the body is not one. Rows without an id are left out. */
export function videoPageOf(body: unknown): VideoPage | undefined {
  const result = listAnswer.safeParse(Array.isArray(body) ? { data: body } : body);
  if (!result.success) return undefined;
  const { data, has_more: hasMore, last_id: lastId } = result.data;
  const videos = data.flatMap((row) => videoOf(row) ?? []);
  return { videos, rows: data.length, hasMore: hasMore ?? undefined, lastId: lastId || videos.at(-1)?.id };
}
