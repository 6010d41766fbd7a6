import * as z from 'zod';
import { filmPicturesSchema, leaseSchema } from '#lib/jobs/record/job-record.ts';
import type { RecordFormat } from '#lib/stores/records/record-store.ts';
import { filmLists, filmTotalsOf } from './film-lists.ts';
import { scrapedKey } from './names.ts';

const isoTime = z.iso.datetime();
const count = z.number().int().nonnegative();

/** One attempt to download and store a film. */
const processingJobSchema = z.looseObject({
  attempt: z.number().int().positive(),
  /** `postponed`: its site pauses, which spends no attempt. `interrupted`: stopped or killed; the next one goes on. */
  status: z.enum(['running', 'succeeded', 'failed', 'postponed', 'interrupted']),
  stage: z.enum(['starting', 'probing', 'downloading', 'processing', 'verifying', 'uploading']),
  bytesReceived: count.optional(),
  bytesTotal: count.optional(),
  bytesUploaded: count.optional(),
  startedAt: isoTime,
  endedAt: isoTime.optional(),
  error: z.string().optional(),
  code: z.string().optional(),
});

const mediaShape = {
  sizeBytes: count,
  sha256: z.string(),
  extension: z.string(),
  mimeType: z.string(),
  container: z.string(),
  durationSeconds: z.number().optional(),
  width: count.optional(),
  height: count.optional(),
  videoCodec: z.string().optional(),
  audioCodec: z.string().optional(),
  resolution: z.string().optional(),
  playsEverywhere: z.boolean(),
  title: z.string().optional(),
  sourceId: z.string().optional(),
  extractor: z.string().optional(),
  uploadedAt: z.string().optional(),
  notes: z.array(z.string()).optional(),
};

/** A whole, verified file in the folder of downloads, on its way into the store. */
const fetchedSchema = z.looseObject({
  ...mediaShape,
  folder: z.string(),
  file: z.string(),
  /** What it was fetched for; see `requestText`. */
  request: z.string(),
});

/** An object in an asset store. */
const placeSchema = z.looseObject({ location: z.string(), name: z.string() });

const storedSchema = z.looseObject({
  ...placeSchema.shape,
  sizeBytes: count,
  sha256: z.string(),
  mimeType: z.string(),
  storedAt: isoTime,
});

/** A scraped film. The `download_` fields are for whoever reads the database; unknown fields survive every rewrite. */
export const scrapedRecordSchema = z.looseObject({
  channelId: z.string().min(1),
  videoId: z.string().min(1),
  sourceUrl: z.string().min(1),
  /** As they were asked for. */
  format: z.string().optional(),
  maxHeight: count.optional(),
  title: z.string().optional(),
  uploadedAt: z.string().optional(),
  createdAt: isoTime,
  download_status: z.enum(['pending', 'downloading', 'downloaded', 'failed']),
  download_url: z.string().optional(),
  download_size: count.optional(),
  download_duration: z.number().optional(),
  download_resolution: z.string().optional(),
  download_width: count.optional(),
  download_height: count.optional(),
  download_format: z.string().optional(),
  download_mime_type: z.string().optional(),
  download_video_codec: z.string().optional(),
  download_audio_codec: z.string().optional(),
  download_plays_everywhere: z.boolean().optional(),
  download_sha256: z.string().optional(),
  /** Since the film was last asked for: tries that have ended by themselves, in success or in failure. */
  download_attempts: count,
  download_error: z.string().optional(),
  download_error_code: z.string().optional(),
  download_retryable: z.boolean().optional(),
  /** When a film that is not out yet may be tried. */
  download_retry_at: isoTime.optional(),
  download_started_at: isoTime.optional(),
  download_completed_at: isoTime.optional(),
  notes: z.array(z.string()).optional(),
  /** The newest ones. */
  processing_jobs: z.array(processingJobSchema),
  stored: storedSchema.optional(),
  fetched: fetchedSchema.optional(),
  /** Put on record before the first byte is sent: the object may be there already. */
  uploading: z.looseObject({ ...placeSchema.shape, sizeBytes: count, sha256: z.string() }).optional(),
  /** A folder with what a download has received. Its programs have ended, or end with the owner. */
  leftover: z.looseObject({ folder: z.string(), request: z.string(), owner: z.string().optional() }).optional(),
  /** Objects that are to go. */
  doomed: z.array(placeSchema).optional(),
  /** The film is being removed, and then its record. */
  isRemoving: z.boolean().optional(),
  removesVersions: z.boolean().optional(),
  pictures: filmPicturesSchema.optional(),
  /** The pictures that are in the store, or are about to be. */
  pictureObjects: z.array(z.looseObject({ ...placeSchema.shape, sizeBytes: count })).optional(),
  lease: leaseSchema.optional(),
  fence: count.optional(),
});

export type ScrapedRecord = z.infer<typeof scrapedRecordSchema>;
export type ProcessingJobRecord = z.infer<typeof processingJobSchema>;
export type StoredFilm = z.infer<typeof storedSchema>;
export type FetchedFilm = z.infer<typeof fetchedSchema>;
export type ObjectPlace = z.infer<typeof placeSchema>;

export const scrapedFormat: RecordFormat<ScrapedRecord> = {
  schema: scrapedRecordSchema,
  keyOf: scrapedKey,
  claimsOf: () => [],
  totalsOf: filmTotalsOf,
  isUnfinished: hasWork,
  dueMs: (record) => (hasWork(record) ? Date.parse(record.download_retry_at ?? record.createdAt) : undefined),
  taskIdsOf: () => [],
  lists: filmLists,
};

/** What `npm run migrate-records` and the database know of this part. */
export const scrapedRecords = { name: 'scraped-videos', format: scrapedFormat } as const;

/** What a film is fetched for: a file of another address, format or size is another file. */
export function requestText({ sourceUrl, format, maxHeight }: FilmRequest): string {
  return JSON.stringify([sourceUrl, format ?? null, maxHeight ?? null]);
}

export type FilmRequest = Pick<ScrapedRecord, 'sourceUrl' | 'format' | 'maxHeight'>;

/** Whether something is left to do that needs nobody to ask for it again. */
export function hasWork(record: ScrapedRecord): boolean {
  const { download_status: status, fetched, doomed = [], isRemoving = false, pictures, lease } = record;
  if (status === 'pending' || status === 'downloading') return true;
  // It was not out yet.
  if (record.download_retry_at !== undefined) return true;
  // Its storage has failed, while the file is here.
  return fetched !== undefined || doomed.length > 0 || isRemoving || pictures?.isDue === true || lease !== undefined;
}
