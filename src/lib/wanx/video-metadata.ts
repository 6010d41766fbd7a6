import '#lib/base/server-only.server.ts';
import * as z from 'zod';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import { redactText } from '#lib/base/redact.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { finishedSchema, jobRecordSchema, versionSchema, versionsSchema } from '#lib/jobs/record/job-record.ts';
import { jobRecordFormat } from '#lib/jobs/record/record-format.ts';
import { RecordCopy } from '#lib/stores/records/copy/record-copy.ts';
import { RecordWindow } from '#lib/stores/records/copy/record-window.ts';
import { listRecords, localReads, type PartStore, recordStores } from '#lib/stores/records/open-record-store.server.ts';
import type { Mutation, RecordPart, Step } from '#lib/stores/records/record-store.ts';
import { entrySchema } from '#lib/wanx/request/input-schemas.ts';
import { slugSchema, videoFileName, videoKey } from './spot.ts';
import { videoLists, videoTotalsOf } from './video-lists.ts';

/** One video of the app: what was ordered, its state, and the file. Unknown fields survive every rewrite. */
export const videoMetadataSchema = jobRecordSchema.extend({
  spotId: slugSchema,
  eraId: slugSchema,
  prompt: z.string(),
  previous: finishedSchema.extend({ prompt: z.string().optional() }).optional(),
  versions: versionsSchema
    .extend({ former: z.array(versionSchema.extend({ prompt: z.string().optional() })) })
    .optional(),
});
export type VideoMetadata = z.infer<typeof videoMetadataSchema>;

/** Argument of `setVideoMetadata`: the key, and any other fields to change. */
export type VideoMetadataInput = { spotId: string; eraId: string } & Partial<VideoMetadata>;

/**
 * Every video on record, in the order in which they were first stored. Sees what other processes wrote.
 * A missing file is created as `[]`.
 * @throws ReelError `store-corrupt` naming the file and the place; the file is left as it is. `config` with records in
 *   PostgreSQL, which only `listVideos` can read
 */
export function getAllVideoMetadata(): VideoMetadata[] {
  return [...localReads(videoStore(), 'listVideos()').listSync()];
}

/**
 * @throws ReelError `store-corrupt`, or `invalid-input` for ids that are not slugs. `config` with records in PostgreSQL,
 *   which only `findVideo` can read
 */
export function getVideoMetadata(spotId: string, eraId: string): VideoMetadata | undefined {
  return localReads(videoStore(), 'findVideo()').getSync(videoKey(spotId, eraId));
}

/**
 * As `getAllVideoMetadata`, in the order of their keys; for every kind of store.
 * @throws ReelError as it does
 */
export function listVideos(): Promise<VideoMetadata[]> {
  return Array.fromAsync(videoStore().find());
}

/**
 * Every video on record, in the order in which they were first stored; with PostgreSQL in that of their keys.
 * @throws ReelError as `listVideos`
 */
export function videosAsStored(): Promise<readonly VideoMetadata[]> {
  return listRecords(videoStore());
}

/** As `getVideoMetadata`, for every kind of store. @throws ReelError as it does */
export async function findVideo(spotId: string, eraId: string): Promise<VideoMetadata | undefined> {
  return videoStore().get(videoKey(spotId, eraId));
}

/**
 * The list behind `getAllVideoMetadata`, for callers that read often: the same array, and in it the same objects, until a
 * record changes. With PostgreSQL it is as of its last `refresh`.
 */
export function followVideos(): RecordCopy<VideoMetadata> {
  return new RecordCopy(videoStore, ({ spotId, eraId }) => videoKey(spotId, eraId));
}

/** With a database: the videos whose views change with time, and those that are asked for; the others stay in it. */
export function watchMovingVideos(): RecordWindow<VideoMetadata> {
  return new RecordWindow({
    open: videoStore,
    keyOf: ({ spotId, eraId }) => videoKey(spotId, eraId),
    list: 'moving',
    placeIn: (list, record) => videoLists.placesOf(record)[list],
  });
}

/** How many videos are on record. @throws ReelError as `listVideos` */
export function countVideos(): Promise<number> {
  return videoStore().count();
}

/**
 * Inserts the entry, or merges it into the one with the same (spotId, eraId): fields left out or undefined stay as they
 * are. A new entry gets `createdAt`, status `pending` and an empty prompt unless given; `ready` sets `completedAt` and
 * clears an old error. Resolves once the change is durable.
 * @throws ReelError `invalid-input` for a wrong field, or for a key whose file name another key already has
 */
export async function setVideoMetadata(entry: VideoMetadataInput): Promise<VideoMetadata> {
  checkInput(entrySchema, 'entry', entry, 'recording');
  const { spotId, eraId } = entry;
  const merge: Mutation<VideoMetadata> = (current, step) => {
    assertOwnFileName(step, spotId, eraId);
    return mergeEntry(current, entry, new Date(step.nowMs).toISOString());
  };
  const stored = await videoStore().update(videoKey(spotId, eraId), merge, { claims: [fileClaim(spotId, eraId)] });
  if (!stored) throw new ReelError('disk', `The entry for ${spotId}/${eraId} was not stored.`);
  return stored;
}

/** Marks the entry `failed`, with the error's text free of secrets; an entry that does not exist is made. */
export function markVideoFailed(spotId: string, eraId: string, error: string | Error): Promise<VideoMetadata> {
  const errorCode = isReelError(error) ? error.code : undefined;
  return setVideoMetadata({ spotId, eraId, status: 'failed', error: redactText(messageOf(error)), errorCode });
}

/** What the store must know of a video. */
export const videoFormat = jobRecordFormat<VideoMetadata>({
  schema: videoMetadataSchema,
  keyOf: ({ spotId, eraId }) => videoKey(spotId, eraId),
  claimsOf: ({ spotId, eraId }) => [fileClaim(spotId, eraId)],
  totalsOf: videoTotalsOf,
  lists: videoLists,
});

/** The videos, among the parts that keep records. */
export const videoRecords: RecordPart<VideoMetadata> = { name: 'videos', format: videoFormat, isMarked: true };

const openVideos = recordStores(videoRecords);

/** The record store behind these functions. */
export function videoStore(
  { metadataPath, database }: Pick<Settings, 'metadataPath' | 'database'> = readSettings(),
): PartStore<VideoMetadata> {
  return openVideos({ jsonPath: metadataPath, database });
}

export function fileClaim(spotId: string, eraId: string): string {
  return `file:${videoFileName(spotId, eraId)}`;
}

/**
 * Two keys can spell one file name: `a-b` + `c` and `a` + `b-c`. The first to come keeps it.
 * @throws ReelError `invalid-input`
 */
export function assertOwnFileName({ ownerOf }: Pick<Step, 'ownerOf'>, spotId: string, eraId: string): void {
  const key = videoKey(spotId, eraId);
  const owner = ownerOf(fileClaim(spotId, eraId));
  if (owner === undefined || owner === key) return;
  const name = videoFileName(spotId, eraId);
  throw new ReelError('invalid-input', `${key} and ${owner} would share the file ${name}. Rename one of the ids.`);
}

function mergeEntry(current: VideoMetadata | undefined, entry: VideoMetadataInput, now: string): VideoMetadata {
  const given = Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
  const { spotId, eraId } = entry;
  const fresh: VideoMetadata = { spotId, eraId, prompt: '', status: 'pending', createdAt: now };
  const merged = { ...(current ?? fresh), ...given };
  if (entry.status === 'ready') {
    const cleared = entry.error === undefined ? { error: undefined, errorCode: undefined } : {};
    return { ...merged, ...cleared, completedAt: entry.completedAt ?? now };
  }
  if (hasErrorWithoutCode(entry)) return { ...merged, errorCode: undefined };
  // A new try has not failed yet.
  if (entry.status === 'generating' && entry.error === undefined)
    return { ...merged, error: undefined, errorCode: undefined };
  return merged;
}

/** A code belongs to the error that it came with: one on record says nothing about a new error. */
function hasErrorWithoutCode({ error, errorCode }: VideoMetadataInput): boolean {
  return error !== undefined && errorCode === undefined;
}
