import * as z from 'zod';
import { ERROR_CODES } from '#lib/base/errors.ts';
import { orderSchema } from '#lib/web/videos/order-schema.ts';

// The answers of the API as data: docs/openapi.json is made of these, and tests hold every answer against them. Strict, so
// that a field which nobody meant to publish is found.

const isoTime = z.iso.datetime();
const amount = z.number().nonnegative();
const stages = ['prompt', 'submitting', 'queued', 'generating', 'downloading', 'verifying', 'retrying'] as const;

const liveProgressSchema = z.strictObject({
  stage: z.enum(stages),
  at: isoTime.describe('Time of the news'),
  elapsedMs: amount.optional(),
  bytesReceived: amount.optional(),
  bytesTotal: amount.optional(),
  bytesPerSecond: amount.optional(),
  etaSeconds: amount.optional(),
  reason: z.string().optional().describe('Why it tries again'),
  waitMs: amount.optional(),
});

const videoProblemSchema = z.strictObject({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  retryable: z.boolean(),
  isPaid: z
    .boolean()
    .optional()
    .describe('Trying again costs nothing: the provider still has the paid result, or goes on making it'),
});

export const videoViewSchema = z.strictObject({
  key: z.string().describe('spotId/eraId'),
  spotId: z.string(),
  eraId: z.string(),
  state: z
    .enum(['none', 'generating', 'uncaptured', 'ready', 'failed', 'canceled'])
    .describe('uncaptured: made and paid for, not on disk yet'),
  live: liveProgressSchema.optional().describe('What the running work last told'),
  submittedAt: isoTime.optional().describe('When the current submission was made'),
  orderedAt: isoTime.optional().describe('When the film that is described was ordered'),
  completedAt: isoTime.optional(),
  expiresAt: isoTime.optional().describe('When the link dies, while the result is not captured'),
  src: z.string().optional().describe('Where the file is played from; also while a new one is made'),
  prompt: z.string().optional().describe('Once the provider has made the video: before, its moderation may refuse it'),
  model: z.string().optional(),
  durationSeconds: amount.optional(),
  width: amount.optional(),
  height: amount.optional(),
  hasAudio: z.boolean().optional(),
  sizeBytes: amount.optional(),
  sha256: z.string().optional(),
  costUsd: amount.nullable().optional().describe('What it was charged; null: not known'),
  estimateUsd: amount.nullable().describe('What buying it now would cost; null: not known'),
  differences: z.array(z.string()).optional().describe('Points in which the delivery differs from the order'),
  notes: z.array(z.string()).optional().describe('What is odd about the file, though it is whole'),
  problem: videoProblemSchema.optional(),
  lastTry: z
    .strictObject({ at: isoTime, problem: videoProblemSchema })
    .optional()
    .describe('Ready: a newer film was asked for since, and came to nothing; this one still stands'),
  sandbox: z.boolean().optional().describe('Made by the local sandbox: free, and no real video'),
  formerVersions: amount.optional().describe('How many films it had before that can be restored'),
  undoUntil: isoTime.optional().describe('A film was deleted, and until then that can be undone'),
  note: z.string().optional().describe('In the answer to an order alone: what of it was not followed'),
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
  unpriced: amount.describe('Submissions whose price is not known'),
  budgetUsd: amount.optional(),
});

export const spendAccessSchema = z.union([
  z.strictObject({
    allowed: z.literal(true),
    how: z.enum(['token', 'same-machine']),
    noKey: z.literal(true).optional().describe('The server has no API key: nothing can be bought'),
  }),
  z.strictObject({ allowed: z.literal(false), reason: z.string(), canLogIn: z.boolean() }),
]);

export const countsSchema = z.strictObject({
  total: amount,
  made: amount.describe('With a film that can be played, also while a newer one is made'),
  underWay: amount,
  failed: amount,
});

export const snapshotSchema = z.strictObject({
  videos: z.array(videoViewSchema),
  nextCursor: z.string().optional().describe('Where the next page goes on; absent on the last one'),
  total: amount.optional().describe('How many videos the list has of which this is a page'),
  after: z.string().optional().describe('The videos are only those that have changed since this event'),
  eventId: z.string().describe('The newest event: what comes after it is not in this answer'),
  counts: countsSchema.describe('Of all videos, whichever this answer holds'),
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
  requestId: z.string().optional().describe('For finding it in the log of the server'),
});

export const healthSchema = z.strictObject({
  status: z.enum(['ok', 'failing']),
  version: z.string(),
  uptimeSeconds: amount,
  sandbox: z.boolean(),
  store: z.strictObject({ readable: z.boolean(), records: amount.nullable() }),
  disk: z.strictObject({ freeBytes: amount.nullable() }),
});

/** The schemas that other programs see, by name, as JSON Schema with references to each other. */
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
