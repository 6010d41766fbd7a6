import '#lib/base/server-only.server.ts';
import * as z from 'zod';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import { redactText } from '#lib/base/redact.ts';
import { readSettings } from '#lib/config.ts';
import { finishedSchema, jobRecordSchema } from '#lib/jobs/record/job-record.ts';
import { createJsonFileStore, type JsonFileStore } from '#lib/stores/records/json-file-store.server.ts';
import { entrySchema } from '#lib/wanx/request/input-schemas.ts';
import { slugSchema, videoFileName, videoKey } from './spot.ts';

/** One video of the app: what was asked, where it stands, and the file. Unknown fields survive every rewrite. */
export const videoMetadataSchema = jobRecordSchema.extend({
  spotId: slugSchema,
  eraId: slugSchema,
  prompt: z.string(),
  previous: finishedSchema.extend({ prompt: z.string().optional() }).optional(),
});
export type VideoMetadata = z.infer<typeof videoMetadataSchema>;

/** What `setVideoMetadata` takes: the key, and whatever of the rest is to change. */
export type VideoMetadataInput = { spotId: string; eraId: string } & Partial<VideoMetadata>;

/**
 * Every video on record, in the order in which they were first stored. Sees what other processes wrote.
 * A missing file is created as `[]`.
 * @throws ReelError `store-corrupt` naming the file and the place; the file is left as it is
 */
export function getAllVideoMetadata(): VideoMetadata[] {
  return [...videoStore().listSync()];
}

/** @throws ReelError `store-corrupt`, or `invalid-input` for ids that are not slugs */
export function getVideoMetadata(spotId: string, eraId: string): VideoMetadata | undefined {
  return videoStore().getSync(videoKey(spotId, eraId));
}

/**
 * Inserts the entry, or merges it into the one with the same (spotId, eraId): fields left out or undefined stay as they
 * are. A new entry gets `createdAt`, status `pending` and an empty prompt unless given; `ready` sets `completedAt` and
 * clears an old error. Resolves once the change is durable.
 * @throws ReelError `invalid-input` for a wrong field, or for a key whose file name another key already has
 */
export async function setVideoMetadata(entry: VideoMetadataInput): Promise<VideoMetadata> {
  checkInput(entrySchema, 'entry', entry, 'recording');
  const store = videoStore();
  const stored = await store.update(videoKey(entry.spotId, entry.eraId), (current, all) => {
    assertOwnFileName(all(), entry.spotId, entry.eraId);
    return mergeEntry(current, entry, new Date().toISOString());
  });
  if (!stored) throw new ReelError('disk', `The entry for ${entry.spotId}/${entry.eraId} was not stored.`);
  return stored;
}

/** Marks the entry `failed`, with the error's text free of secrets; an entry that does not exist is made. */
export function markVideoFailed(spotId: string, eraId: string, error: string | Error): Promise<VideoMetadata> {
  const errorCode = isReelError(error) ? error.code : undefined;
  return setVideoMetadata({ spotId, eraId, status: 'failed', error: redactText(messageOf(error)), errorCode });
}

const stores = new Map<string, JsonFileStore<VideoMetadata>>();

/** The record store behind these functions; one for each path, so that writers in this process are grouped. */
export function videoStore(path: string = readSettings().metadataPath): JsonFileStore<VideoMetadata> {
  let store = stores.get(path);
  if (!store) {
    const keyOf = (one: VideoMetadata) => videoKey(one.spotId, one.eraId);
    store = createJsonFileStore({ path, schema: videoMetadataSchema, keyOf, isMarked: true });
    stores.set(path, store);
  }
  return store;
}

/**
 * Two keys can spell one file name: `a-b` + `c` and `a` + `b-c`. The first to come keeps it.
 * @throws ReelError `invalid-input`
 */
export function assertOwnFileName(all: readonly VideoMetadata[], spotId: string, eraId: string): void {
  const name = videoFileName(spotId, eraId);
  const twin = all.find((one) => videoFileName(one.spotId, one.eraId) === name && one.spotId !== spotId);
  if (!twin) return;
  throw new ReelError(
    'invalid-input',
    `${spotId}/${eraId} and ${twin.spotId}/${twin.eraId} would share the file ${name}. Rename one of the ids.`,
  );
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
