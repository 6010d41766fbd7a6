import * as z from 'zod';

const isoTime = z.iso.datetime();

export type Json = z.infer<ReturnType<typeof z.json>>;

/** What a submission is expected to cost. `usd: null` means that the price is unknown, which is not the same as 0. */
export const estimateSchema = z.looseObject({
  usd: z.number().nonnegative().nullable(),
  /** Billed units asked for. */
  units: z.number().nonnegative(),
  /** What is counted; default seconds of video. `unit`: whatever the provider counts, which need not be known before. */
  unit: z.enum(['second', 'video', 'token', 'unit']).optional(),
  unitUsd: z.number().nonnegative().nullable().optional(),
  priceDate: z.string().optional(),
});

/** A task of the provider's that may be the one that an unanswered submission made. */
export const candidateSchema = z.looseObject({
  taskId: z.string(),
  handle: z.json().optional(),
  submittedAt: isoTime.optional(),
  requestId: z.string().optional(),
  status: z.string().optional(),
  /** False where the task cannot be attributed: it shows no prompt yet, or one that is only similar to ours. */
  isCertain: z.boolean(),
  /** Its prompt is similar to the one sent, but not the same: a later look shows no more. */
  isSimilar: z.boolean().optional(),
});

/**
 * Written before the request is sent: what is about to be requested, so that a lost answer can be resolved afterwards.
 */
export const intentSchema = z.looseObject({
  requestHash: z.string(),
  /** Sent to the provider with each request of this purchase; absent in records of earlier versions. */
  submissionId: z.string().optional(),
  attempt: z.number().int().positive(),
  at: isoTime,
  /** The last time that the request was about to be sent; absent if it never was. */
  sentAt: isoTime.optional(),
  /**
   * When waiting for its answer ended: until then, and for some time after, the provider may have been working on it.
   */
  lostAt: isoTime.optional(),
  /** Until then its outcome can be determined: the provider lists it, or knows its submission id. */
  listedUntil: isoTime.optional(),
  /** The process that sends it: as long as that may live, a task that cannot be found may still be made. */
  owner: z.string().optional(),
  /** Where it was sent, so that a task is never looked for at another service. */
  endpoint: z.string().optional(),
  account: z.string().optional(),
  estimate: estimateSchema,
  /** The request itself, so that resuming needs nothing but the record; absent when it is too large to keep. */
  request: z.unknown().optional(),
  /** Several tasks match, or the list was unavailable: a person has to look. */
  candidates: z.array(candidateSchema).optional(),
});

/** The right of one process to work on this record until `expiresAt`. */
export const leaseSchema = z.looseObject({
  owner: z.string(),
  fence: z.number().int().positive(),
  expiresAt: isoTime,
});

export const deliveredSchema = z.looseObject({
  durationSeconds: z.number().optional(),
  width: z.number().optional(),
  height: z.number().optional(),
  hasAudio: z.boolean().optional(),
  sizeBytes: z.number().int().nonnegative().optional(),
});

export const capturedSchema = z.looseObject({
  taskId: z.string(),
  /** Which of the task's assets it is, and its format by name; absent in records of earlier versions. */
  name: z.string().optional(),
  format: z.string().optional(),
  sizeBytes: z.number().int().nonnegative(),
  sha256: z.string(),
});

/** A file in object storage: `localPath` then only names it, and is where it was captured. */
export const storedObjectSchema = z.looseObject({
  /** Of its store: `s3://bucket/prefix`. */
  location: z.string(),
  /** Its name there; it never changes. */
  name: z.string(),
});

/** One of several files that a task delivers. */
export const assetSchema = z.looseObject({
  name: z.string(),
  /** Of the formats that the capture knows, by name. */
  format: z.string(),
  localPath: z.string(),
  isOptional: z.boolean().optional(),
  /** Present once the file is in place. */
  sizeBytes: z.number().int().nonnegative().optional(),
  sha256: z.string().optional(),
  mimeType: z.string().optional(),
  object: storedObjectSchema.optional(),
});

export const chargedSchema = z.looseObject({
  units: z.number().nonnegative().optional(),
  /**
   * Of these, what was charged for the result itself and not for what was put in; absent where these are not reported
   * separately.
   */
  outputUnits: z.number().nonnegative().optional(),
  usd: z.number().nonnegative().nullable(),
  usage: z.unknown().optional(),
});

/** What was asked, what was charged and what was delivered. */
export const receiptSchema = z.looseObject({
  at: isoTime,
  taskId: z.string().optional(),
  asked: z.record(z.string(), z.unknown()),
  estimate: estimateSchema,
  charged: chargedSchema,
  delivered: deliveredSchema.optional(),
  /** One sentence for each difference between the delivery and the order; empty when there is none. */
  differences: z.array(z.string()),
  /** One clause for each oddity of the file, which is whole all the same. */
  notes: z.array(z.string()).optional(),
});

/** A file beside a film that was made from it, or delivered with it. */
export const pictureSchema = z.looseObject({
  /** Of the file, in the folder of the film. */
  name: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  sha256: z.string(),
  mimeType: z.string(),
  width: z.number().int().positive().optional(),
  height: z.number().int().positive().optional(),
});

/** The pictures of a film. They are derived from it: a film is complete without them. */
export const filmPicturesSchema = z.looseObject({
  /** The film has just been captured, or making its pictures was interrupted. */
  isDue: z.boolean().optional(),
  /** Of the film that they show; those of another film are not shown. */
  filmSha256: z.string().optional(),
  poster: pictureSchema.optional(),
  posterSmall: pictureSchema.optional(),
  spriteSheet: pictureSchema.optional(),
  /** WebVTT: which part of the sprite sheet shows which moment. */
  spriteIndex: pictureSchema.optional(),
  /** What could not be made and why, one sentence each. */
  missing: z.array(z.string()).optional(),
});

/** How an earlier submission for the same key ended. Spending is summed over these and the current one. */
export const pastSubmissionSchema = z.looseObject({
  at: isoTime,
  outcome: z.enum(['delivered', 'failed', 'refused', 'not-accepted', 'expired', 'canceled', 'unknown']),
  taskId: z.string().optional(),
  handle: z.json().optional(),
  requestId: z.string().optional(),
  model: z.string().optional(),
  estimate: estimateSchema.optional(),
  charged: chargedSchema.optional(),
  /** Why it delivered nothing. */
  errorCode: z.string().optional(),
  note: z.string().optional(),
  /** Of one that moderation refused: what it was refused for, so that it can be changed. */
  request: z.unknown().optional(),
});

/** A finished submission that a newer one is to replace: its file stays in place, and its facts here, until then. */
export const finishedSchema = z.looseObject({
  status: z.literal('ready'),
  completedAt: isoTime.optional(),
  localPath: z.string().optional(),
  model: z.string().optional(),
  taskId: z.string().optional(),
  sizeBytes: z.number().int().nonnegative().optional(),
  sha256: z.string().optional(),
  object: storedObjectSchema.optional(),
  assets: z.array(assetSchema).optional(),
  receipt: receiptSchema.optional(),
  pictures: filmPicturesSchema.optional(),
  intent: intentSchema.optional(),
});

/** A finished film that is not the current one: it keeps its number, which no other film of the key ever gets. */
export const versionSchema = finishedSchema.extend({
  version: z.number().int().positive(),
  /** Deleted by a person: this can be undone for a day. */
  deletedAt: isoTime.optional(),
  /** Deleted while it was the current one. */
  wasCurrent: z.boolean().optional(),
  /** Its file is about to be removed, or already removed; it is no longer listed. */
  isDropped: z.boolean().optional(),
});

/** Absent: there is at most one film, number 1. */
export const versionsSchema = z.looseObject({
  /** The highest number ever given to a film of the key. */
  last: z.number().int().nonnegative(),
  /** Number of the film at `localPath`; absent where there is none. */
  current: z.number().int().positive().optional(),
  former: z.array(versionSchema),
});

/** The fields of a record that the engine reads and writes; a provider's own record adds its key and its words. */
export const jobRecordSchema = z.looseObject({
  status: z.enum(['pending', 'generating', 'ready', 'failed']),
  createdAt: isoTime,
  completedAt: isoTime.optional(),
  error: z.string().optional(),
  errorCode: z.string().optional(),
  localPath: z.string().optional(),
  model: z.string().optional(),
  taskId: z.string().optional(),
  /** What the provider needs to find the task again, besides its id. */
  handle: z.json().optional(),
  requestId: z.string().optional(),
  submittedAt: isoTime.optional(),
  /** Without its query: a signed link is a secret. A fresh one is read from the task. */
  videoUrl: z.string().optional(),
  expiresAt: isoTime.optional(),
  sizeBytes: z.number().int().nonnegative().optional(),
  sha256: z.string().optional(),
  /** Present once the file is in object storage, and no longer here. */
  object: storedObjectSchema.optional(),
  /** Of files that are being uploaded, by the names of the assets: a later run goes on with the same objects. */
  uploads: z.record(z.string(), storedObjectSchema).optional(),
  /** Facts of the verified file that is about to be published: a crash after the rename is then recognised. */
  captured: capturedSchema.optional(),
  /** Of a task that delivers several files: all of them, those that are in place with their facts. */
  assets: z.array(assetSchema).optional(),
  canceledAt: isoTime.optional(),
  /** The provider stopped the task, so it will not bill; a running task can only be left alone. */
  cancelConfirmed: z.boolean().optional(),
  intent: intentSchema.optional(),
  lease: leaseSchema.optional(),
  /** The highest fencing number ever given out for this key. */
  fence: z.number().int().nonnegative().optional(),
  /** Failed tries since the task was submitted, and when the next one is due. */
  retries: z.looseObject({ count: z.number().int().nonnegative(), nextAt: isoTime.optional() }).optional(),
  /** The last warning about the deadline of that task. */
  warned: z.looseObject({ taskId: z.string(), fractionLeft: z.number() }).optional(),
  receipt: receiptSchema.optional(),
  pictures: filmPicturesSchema.optional(),
  history: z.array(pastSubmissionSchema).optional(),
  previous: finishedSchema.optional(),
  versions: versionsSchema.optional(),
});

export type Estimate = z.infer<typeof estimateSchema>;
export type AssetRecord = z.infer<typeof assetSchema>;
export type StoredObject = z.infer<typeof storedObjectSchema>;
export type Candidate = z.infer<typeof candidateSchema>;
export type Intent = z.infer<typeof intentSchema>;
export type Lease = z.infer<typeof leaseSchema>;
export type Delivered = z.infer<typeof deliveredSchema>;
export type Charged = z.infer<typeof chargedSchema>;
export type Receipt = z.infer<typeof receiptSchema>;
export type Picture = z.infer<typeof pictureSchema>;
export type FilmPictures = z.infer<typeof filmPicturesSchema>;
export type PastSubmission = z.infer<typeof pastSubmissionSchema>;
export type Finished = z.infer<typeof finishedSchema>;
export type Version = z.infer<typeof versionSchema>;
export type Versions = z.infer<typeof versionsSchema>;
export type JobRecord = z.infer<typeof jobRecordSchema>;

/** Whether both are one and the same submission. */
export function isSameSubmission(one: Intent | undefined, other: Intent | undefined): boolean {
  return one !== undefined && submissionName(one) === (other && submissionName(other));
}

/** No two submissions of one key share it. */
export function submissionName({ at, attempt, requestHash, owner }: Intent): string {
  return [at, attempt, requestHash, owner ?? ''].join(' ');
}
