import * as z from 'zod';
import { ERROR_CODES } from '#lib/base/errors.ts';
import { spendAccessSchema } from '#lib/web/access/access-schema.ts';
import {
  downloadRefusedSchema,
  downloadRetriedSchema,
  downloadStatusSchema,
  downloadViewSchema,
} from '#lib/web/downloads/downloads-view.ts';
import { mediaSchemas } from '#lib/web/media/media-view.ts';
import { picturesSchema } from '#lib/web/pictures/pictures-schema.ts';
import {
  cleanUpRequestSchema,
  cleanUpViewSchema,
  scrapedDownloadsSchema,
  scrapedFilmSchema,
  scrapedFilmsSchema,
  storageOverviewSchema,
} from '#lib/web/storage/storage-view.ts';
import { orderSchema } from '#lib/web/videos/order-schema.ts';

// The API's responses as schemas: docs/openapi.json is generated from them, and tests check every response against them.
// Strict, so that a field published by mistake is found.

const isoTime = z.iso.datetime();
const amount = z.number().nonnegative();
const stages = [
  'prompt',
  'submitting',
  'queued',
  'generating',
  'downloading',
  'verifying',
  'uploading',
  'retrying',
] as const;

const liveProgressSchema = z.strictObject({
  stage: z.enum(stages),
  at: isoTime.describe('Time of the event'),
  elapsedMs: amount.optional(),
  bytesReceived: amount.optional(),
  bytesTotal: amount.optional(),
  bytesPerSecond: amount.optional(),
  etaSeconds: amount.optional(),
  reason: z.string().optional().describe('Why it retries'),
  waitMs: amount.optional(),
});

const videoProblemSchema = z.strictObject({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  retryable: z.boolean(),
  isPaid: z
    .boolean()
    .optional()
    .describe('A retry costs nothing: the provider still has the paid result, or is still making it'),
});

export const videoViewSchema = z.strictObject({
  key: z.string().describe('spotId/eraId'),
  spotId: z.string(),
  eraId: z.string(),
  state: z
    .enum(['none', 'generating', 'uncaptured', 'ready', 'failed', 'canceled'])
    .describe('uncaptured: made and paid for, not on disk yet'),
  live: liveProgressSchema.optional().describe('The latest progress of the running work'),
  submittedAt: isoTime.optional().describe('When the current submission was made'),
  orderedAt: isoTime.optional().describe('When the described film was ordered'),
  completedAt: isoTime.optional(),
  expiresAt: isoTime.optional().describe('While the result is not captured: when its link expires'),
  src: z.string().optional().describe('URL of the playable file; present while a new one is being made'),
  pictures: picturesSchema,
  prompt: z
    .string()
    .optional()
    .describe('Public once the provider has made the video: until then, moderation may refuse it'),
  model: z.string().optional(),
  durationSeconds: amount.optional(),
  width: amount.optional(),
  height: amount.optional(),
  hasAudio: z.boolean().optional(),
  sizeBytes: amount.optional(),
  sha256: z.string().optional(),
  costUsd: amount.nullable().optional().describe('What was charged; null: unknown'),
  estimateUsd: amount.nullable().describe('What buying it now would cost; null: unknown'),
  differences: z.array(z.string()).optional().describe('Points in which the delivery differs from the order'),
  notes: z.array(z.string()).optional().describe('Oddities of the file, which is complete nevertheless'),
  problem: videoProblemSchema.optional(),
  lastTry: z
    .strictObject({ at: isoTime, problem: videoProblemSchema })
    .optional()
    .describe('Ready: a newer film was ordered since and failed; this one is still valid'),
  sandbox: z.boolean().optional().describe('Made by the local sandbox: free, and not a real video'),
  formerVersions: amount.optional().describe('How many former films can be restored'),
  undoUntil: isoTime.optional().describe('A film was deleted; until then the deletion can be undone'),
  note: z.string().optional().describe('Only in the response to an order: which of its options were ignored'),
});

const filmShape = {
  version: z.int().positive().describe('Which no other film of the place and time ever has'),
  isCurrent: z.boolean(),
  completedAt: isoTime.optional(),
  prompt: z.string().optional(),
  model: z.string().optional(),
  durationSeconds: amount.optional(),
  width: amount.optional(),
  height: amount.optional(),
  hasAudio: z.boolean().optional(),
  sizeBytes: amount.optional(),
  sha256: z.string().optional(),
  costUsd: amount.nullable().optional().describe('What it was charged; null: not known'),
};

export const versionsViewSchema = z.strictObject({
  key: z.string().describe('spotId/eraId'),
  spotId: z.string(),
  eraId: z.string(),
  versions: z
    .array(
      z.strictObject({
        ...filmShape,
        src: z.string().optional().describe('Where the file is played from; absent where it cannot be played'),
        pictures: picturesSchema,
        problem: videoProblemSchema.optional().describe('Why it cannot be played'),
      }),
    )
    .describe('The newest first, the current one included'),
  deleted: z
    .array(z.strictObject({ ...filmShape, deletedAt: isoTime, undoUntil: isoTime }))
    .describe('What can still be brought back, the last deleted first'),
});

export const spendViewSchema = z.strictObject({
  totalUsd: amount,
  todayUsd: amount,
  lostUsd: amount,
  inFlightUsd: amount,
  unpriced: amount.describe('Submissions of unknown price'),
  budgetUsd: amount.optional(),
});

export const countsSchema = z.strictObject({
  total: amount,
  made: amount.describe('With a playable film, even while a newer one is being made'),
  underWay: amount,
  failed: amount,
});

export const snapshotSchema = z.strictObject({
  videos: z.array(videoViewSchema),
  nextCursor: z.string().optional().describe('Cursor of the next page; absent on the last one'),
  total: amount.optional().describe('How many videos the whole list has'),
  after: z.string().optional().describe('Only the videos that have changed since this event are included'),
  eventId: z.string().describe('The newest event; later changes are not in this response'),
  counts: countsSchema.describe('Of all videos, not only those in this response'),
  spend: spendViewSchema,
  access: spendAccessSchema,
  sandbox: z.boolean(),
  now: isoTime,
});

export const problemSchema = z.strictObject({
  type: z.string().describe('urn:reelkeep:problem:<name>'),
  title: z.string(),
  status: z.int(),
  detail: z.string().describe('What happened and what to do'),
  code: z.enum([...ERROR_CODES, 'internal']),
  retryable: z.boolean(),
  fallback: z
    .enum(['blob', 'remote', 'none'])
    .optional()
    .describe('Of a film that could not be saved: where it still is'),
  requestId: z.string().optional().describe("To find the request in the server's log"),
});

export const healthSchema = z.strictObject({
  status: z.enum(['ok', 'failing']),
  version: z.string(),
  uptimeSeconds: amount,
  sandbox: z.boolean(),
  store: z.strictObject({ readable: z.boolean(), records: amount.nullable() }),
  disk: z.strictObject({ freeBytes: amount.nullable() }),
});

/** The public schemas by name, as JSON Schema with references to each other. */
export function apiSchemas(): Record<string, object> {
  const registry = z.registry<{ id: string }>();
  const named = {
    VideoView: videoViewSchema,
    LiveProgress: liveProgressSchema,
    VideoProblem: videoProblemSchema,
    VersionsView: versionsViewSchema,
    SpendView: spendViewSchema,
    SpendAccess: spendAccessSchema,
    Counts: countsSchema,
    Snapshot: snapshotSchema,
    DownloadStatus: downloadStatusSchema,
    DownloadJob: downloadViewSchema,
    DownloadRetried: downloadRetriedSchema,
    DownloadRefused: downloadRefusedSchema,
    StorageOverview: storageOverviewSchema,
    ScrapedFilm: scrapedFilmSchema,
    ScrapedFilms: scrapedFilmsSchema,
    ScrapedDownloads: scrapedDownloadsSchema,
    CleanUpRequest: cleanUpRequestSchema,
    CleanUpResult: cleanUpViewSchema,
    ...mediaSchemas,
    Order: orderSchema,
    Problem: problemSchema,
    Health: healthSchema,
  };
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}`, io: 'input' });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => [id, schema]),
  );
}
