import * as z from 'zod';
import { jobRecordSchema } from '#lib/jobs/record/job-record.ts';
import { jobRecordFormat } from '#lib/jobs/record/record-format.ts';

/** Lower case: no two names are one file on a disk that ignores case. */
const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const slug = z.string().regex(SLUG, 'must be lower-case letters and digits, with single hyphens between them').max(64);

/** Ids of the caller's. */
export const idsSchema = z.looseObject({ name: slug.optional(), batchId: slug.optional() });

/** One video that was ordered from a server of OpenAI's videos. Unknown fields survive every rewrite. */
export const generatedVideoSchema = jobRecordSchema.extend({ batchId: slug, name: slug, prompt: z.string() });
export type GeneratedVideo = z.infer<typeof generatedVideoSchema>;

export function generatedVideoKey(batchId: string, name: string): string {
  return `${batchId}/${name}`;
}

export const generatedVideoFormat = jobRecordFormat<GeneratedVideo>({
  schema: generatedVideoSchema,
  keyOf: ({ batchId, name }) => generatedVideoKey(batchId, name),
});
