import * as z from 'zod';
import { filmPicturesSchema, leaseSchema, storedObjectSchema } from '#lib/jobs/record/job-record.ts';
import type { RecordFormat } from '#lib/stores/records/record-store.ts';
import { addressOf } from './names.ts';

const isoTime = z.iso.datetime();
const count = z.number().int().nonnegative();

export const assetTypeSchema = z.enum(['video', 'thumbnail', 'spritesheet']);

/** The name of a video's files, without what tells them apart. No other job ever gets it. */
export const placeSchema = z.looseObject({
  folder: z.string(),
  stem: z.string(),
  version: z.number().int().positive(),
});

const storedAssetSchema = z.looseObject({
  type: assetTypeSchema,
  fileName: z.string(),
  sizeBytes: count,
  sha256: z.string(),
  mimeType: z.string(),
  downloadedAt: isoTime,
  /** Absent: it is in the local folder, or in a store of the caller's. */
  object: storedObjectSchema.optional(),
});

const missingAssetSchema = z.looseObject({
  type: assetTypeSchema,
  reason: z.string(),
  tries: count,
  /** Absent: it is not tried again. */
  nextTryAt: isoTime.optional(),
});

/** The download of one finished video for one page. Unknown fields survive every rewrite. */
export const downloadRecordSchema = z.looseObject({
  notionPageId: z.string().min(1),
  soraVideoId: z.string().min(1),
  batchId: z.string().min(1),
  completedAt: isoTime,
  queuedAt: isoTime,
  /** The base URL of the service: a video is only asked for where it was made. */
  endpoint: z.string(),
  /** Where its files go: managers with another storage leave the job alone. */
  storage: z.string(),
  status: z.enum(['pending', 'downloading', 'completed', 'failed', 'expired']),
  expiresAt: isoTime,
  expiresBy: z.enum(['lifetime', 'service']),
  retryCount: count,
  error: z.string().optional(),
  errorCode: z.string().optional(),
  /** When the next try is due; absent: at once. */
  nextTryAt: isoTime.optional(),
  /** The service has said that the video is finished: its files may be asked for. */
  isFinished: z.boolean().optional(),
  /** The last body that was not a video, and how many times in a row it came. */
  rejected: z.looseObject({ fingerprint: z.string(), times: count }).optional(),
  place: placeSchema.optional(),
  assets: z.array(storedAssetSchema),
  missing: z.array(missingAssetSchema).optional(),
  /** Made from the film; those that the service has sent are among the assets. */
  pictures: filmPicturesSchema.optional(),
  endedAt: isoTime.optional(),
  /** The deadline for which "expiring soon" was reported. */
  warnedOf: isoTime.optional(),
  /** Work left once the job has ended. */
  toDo: z.looseObject({ notion: z.boolean().optional(), pictures: z.boolean().optional() }).optional(),
  /** No longer listed: the record only keeps what is known of its files. */
  clearedAt: isoTime.optional(),
  lease: leaseSchema.optional(),
  fence: count.optional(),
});

export type DownloadRecord = z.infer<typeof downloadRecordSchema>;
export type DownloadPlace = z.infer<typeof placeSchema>;
export type StoredAssetRecord = z.infer<typeof storedAssetSchema>;
export type MissingAsset = z.infer<typeof missingAssetSchema>;

/** What makes a job the same one: queued again, it has no effect. */
export type JobKey = Pick<DownloadRecord, 'notionPageId' | 'soraVideoId' | 'completedAt'>;

export function downloadKey({ notionPageId, soraVideoId, completedAt }: JobKey): string {
  return JSON.stringify([notionPageId, soraVideoId, completedAt]);
}

export const downloadFormat: RecordFormat<DownloadRecord> = {
  schema: downloadRecordSchema,
  keyOf: downloadKey,
  claimsOf: ({ storage, place }) => (place ? [placeClaim(storage, place)] : []),
  totalsOf: () => ({}),
  isUnfinished: (record) => isActive(record) || laterWork(record) !== undefined,
  dueMs,
  taskIdsOf: ({ soraVideoId }) => [soraVideoId],
};

/** In lower case: on some file systems two names that differ only in case are one file. */
export function placeClaim(storage: string, place: DownloadPlace): string {
  return `file:${storage}:${addressOf(place, 'video')}`.toLowerCase();
}

export function isActive({ status }: Pick<DownloadRecord, 'status'>): boolean {
  return status === 'pending' || status === 'downloading';
}

/** Work that does not hold up the job: a page to update, a picture to make or to ask for again. */
export type LaterWork = 'notion' | 'missing' | 'pictures';

/** What is left to do once a job has ended; what the service may still send comes before what is made from the film. */
export function laterWork({ toDo, missing = [] }: DownloadRecord): LaterWork | undefined {
  if (toDo?.notion) return 'notion';
  if (missing.some(({ nextTryAt }) => nextTryAt !== undefined)) return 'missing';
  return toDo?.pictures ? 'pictures' : undefined;
}

/** When there is something to do for the record; undefined: never. */
export function dueMs(record: DownloadRecord): number | undefined {
  if (isActive(record)) return Date.parse(record.nextTryAt ?? record.queuedAt);
  const work = laterWork(record);
  if (work !== 'missing') return work && Date.parse(record.endedAt ?? record.queuedAt);
  return Math.min(...(record.missing ?? []).flatMap(({ nextTryAt }) => (nextTryAt ? [Date.parse(nextTryAt)] : [])));
}
