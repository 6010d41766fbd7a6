import * as z from 'zod';
import { jobRecordSchema } from '#lib/jobs/record/job-record.ts';
import { jobRecordFormat } from '#lib/jobs/record/record-format.ts';
import { isUnfinished } from '#lib/jobs/record/state.ts';
import type { RecordFormat } from '#lib/stores/records/record-store.ts';

/** One purchase from fal. Unknown fields survive every rewrite. */
export const falJobSchema = jobRecordSchema.extend({
  projectId: z.string(),
  /** The model with its own path: `fal-ai/veo3/fast`. */
  modelId: z.string(),
  /** Of model and input: what an equal call is known by. */
  inputHash: z.string(),
  /** 1, and more where the same was bought again by force. */
  purchase: z.number().int().positive(),
  /** Name of its first file, without the extension. */
  stem: z.string(),
  /** How long fal was asked to keep the media, in seconds; absent: as the account has it. */
  mediaLifetimeSeconds: z.number().positive().optional(),
  /** Whole, where a completed request showed no video: it may be found in it later. */
  result: z.looseObject({ requestId: z.string(), output: z.unknown() }).optional(),
  /** The request whose films are in the media library. */
  shelved: z.string().optional(),
});
export type FalJob = z.infer<typeof falJobSchema>;

export function falJobKey({ projectId, inputHash, purchase }: Pick<FalJob, 'projectId' | 'inputHash' | 'purchase'>) {
  return `${projectId}/${inputHash}${purchase === 1 ? '' : `-${purchase}`}`;
}

/** No two records may name one file. */
export function stemClaim(projectId: string, stem: string): string {
  return `fal-file:${projectId}/${stem}`;
}

const jobFormat = jobRecordFormat<FalJob>({
  schema: falJobSchema,
  keyOf: falJobKey,
  claimsOf: ({ projectId, stem }) => [stemClaim(projectId, stem)],
});
export const falJobFormat: RecordFormat<FalJob> = {
  ...jobFormat,
  isUnfinished: isFalUnfinished,
};

/** Whether there is something left to do: what may have been paid for is not here, or its films are not in the library. */
export function isFalUnfinished(record: FalJob): boolean {
  return isUnfinished(record) || isUnshelved(record);
}

/** Its films are here, and not in the media library yet. */
export function isUnshelved({ status, shelved, taskId }: FalJob): boolean {
  return status === 'ready' && shelved !== taskId;
}

/** Of a purchase, where it is finished: one, or all of its assets. */
export function filmsOnRecord({ localPath, sizeBytes, sha256, object, assets }: FalJob) {
  return assets ?? [{ localPath, sizeBytes, sha256, object }];
}
