import * as z from 'zod';
import { leaseSchema } from '#lib/jobs/record/job-record.ts';
import type { RecordFormat } from '#lib/stores/records/record-store.ts';

const isoTime = z.iso.datetime();
const count = z.number().int().nonnegative();

/** A video that is being made, and whose files are wanted for a page. */
export const watchRecordSchema = z.looseObject({
  notionPageId: z.string().min(1),
  soraVideoId: z.string().min(1),
  batchId: z.string().min(1),
  /** As in download records. */
  endpoint: z.string(),
  watchedSince: isoTime,
  looks: count,
  nextLookAt: isoTime,
  /** What the last look failed with. */
  error: z.string().optional(),
  /** Every look since then has failed. */
  failingSince: isoTime.optional(),
  /** Found completed then: a restart must not take another time for it, which would be another version. */
  completedAt: isoTime.optional(),
  /** The callback for it was called: it is not called again because the download could not be queued. */
  isAnnounced: z.boolean().optional(),
  lease: leaseSchema.optional(),
  fence: count.optional(),
});
export type WatchRecord = z.infer<typeof watchRecordSchema>;

export function watchKey({ notionPageId, soraVideoId }: Pick<WatchRecord, 'notionPageId' | 'soraVideoId'>): string {
  return JSON.stringify([notionPageId, soraVideoId]);
}

export const watchFormat: RecordFormat<WatchRecord> = {
  schema: watchRecordSchema,
  keyOf: watchKey,
  claimsOf: () => [],
  totalsOf: () => ({}),
  isUnfinished: () => true,
  dueMs: ({ nextLookAt }) => Date.parse(nextLookAt),
  taskIdsOf: ({ soraVideoId }) => [soraVideoId],
};
