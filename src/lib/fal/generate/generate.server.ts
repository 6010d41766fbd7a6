import { join } from 'node:path';
import { callSafely } from '#lib/base/call-safely.ts';
import { systemClock } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { makeFolderBelow } from '#lib/base/disk/durable-create.server.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import { assertCapturable } from '#lib/capture/capture.server.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { askForPrice } from '#lib/fal/api/pricing.server.ts';
import { finishPictures } from '#lib/fal/pictures.server.ts';
import { estimateOf, type FalPrice } from '#lib/fal/prices.ts';
import type { JobProgress } from '#lib/jobs/progress.ts';
import { isUnfinished } from '#lib/jobs/record/state.ts';
import { nextTry } from '#lib/jobs/run/retry.ts';
import {
  addMediaItem,
  assertProjectId,
  finishMediaPictures,
  generatedFileName,
  getMediaItem,
  type MediaFilm,
  type MediaItem,
  mediaLibrary,
  projectFolderOf,
  usableLibrary,
} from '#lib/media/index.ts';
import { assertAssetStore } from '#lib/stores/assets/open-asset-store.server.ts';
import { connectionOf } from './connection.server.ts';
import { type FalFailure, failureOf } from './failure.ts';
import { areGone, itemsOf, objectsOf, removeUploadedCopies } from './film-files.server.ts';
import { type FalWork, hasFilms, type JobContext, jobFor, jobOf } from './job.server.ts';
import {
  type FalRunOptions,
  type GenerateWithFalOptions,
  generateSchema,
  type ResumeFalOptions,
  resumeSchema,
} from './options.ts';
import { type FalRequest, inputHashOf, storedRequest } from './order.ts';
import { type FalJob, falJobKey, isUnshelved } from './record.ts';
import { purchaseFor, storeOf } from './records.server.ts';
import { FORMATS } from './result.server.ts';
import { run } from './run.server.ts';

const WEEK_SECONDS = 7 * 24 * 3600;

export type FalResult = { success: true; items: MediaItem[] } | FalFailure;

/**
 * Makes films with any model of fal's and its own input, and puts them into the media library. An equal call (project, model,
 * input) returns or continues the first one, or looks again for a request whose answer was lost; only `force` buys another one.
 * Never rejects.
 */
export async function generateWithFal(
  modelId: string,
  input: Record<string, unknown>,
  options: GenerateWithFalOptions = {},
): Promise<FalResult> {
  try {
    checkInput(generateSchema, 'options', options, 'prompt');
    const request = storedRequest(modelId, input);
    const { projectId = 'default', force = false } = options;
    assertProjectId(projectId);
    const settings = readSettings();
    const ids = { projectId, inputHash: inputHashOf(request) };
    const { purchase, record } = await purchaseFor(storeOf(settings), ids, force);
    const onProgress = (progress: JobProgress) =>
      callSafely((step: JobProgress) => options.onProgress?.(step, falJobKey({ ...ids, purchase })), progress);
    // Finished films need no key and no lease.
    const isHere = record !== undefined && (await isUsable(settings, record));
    if (record && isHere) return await finished(settings, record, { ...options, onProgress });
    const work = await workFor({ projectId, purchase, request }, settings, options, record);
    onProgress({ stage: 'prompt', prompt: promptIn(input) });
    return await shelved(settings, await run(settings, work, options, onProgress), options);
  } catch (error) {
    return failureOf(error);
  }
}

async function isUsable(settings: Settings, record: FalJob): Promise<boolean> {
  return record.status === 'ready' && hasFilms(settings, record) && !(await areGone(settings, record));
}

async function workFor(
  order: { projectId: string; purchase: number; request: FalRequest },
  settings: Settings,
  options: GenerateWithFalOptions,
  record: FalJob | undefined,
): Promise<FalWork> {
  const { modelId } = order.request;
  const api = connectionOf(settings, options);
  const folder = await folderOf(order.projectId);
  const buys = record === undefined || !isUnfinished(record);
  const price = options.prices?.[modelId] ?? (buys ? await askForPrice(api, modelId, options.signal) : undefined);
  // Whoever has films that are there is not here.
  const filmsAreGone = record?.status === 'ready';
  const context = {
    ...contextOf(settings, { api, folder }, options),
    ...purchaseOptions(options),
    price,
    filmsAreGone,
  };
  const work = jobFor(order, context, record);
  // A full disk or a folder without permission is reported before anything is bought; what is paid for is tried anyway.
  if (buys) await assertCapturable(work.placeOf({ name: 'video', format: FORMATS.mp4 }).finalPath, work.capture);
  await assertAssetStore(settings);
  return work;
}

/**
 * Finishes every unfinished purchase: settles lost answers, waits for requests, captures films. Never buys, and never rejects
 * for a film: each has its result.
 * @throws ReelError `store-corrupt` or `config` when nothing can be done at all
 */
export async function resumeFal(options: ResumeFalOptions = {}): Promise<FalResult[]> {
  checkInput(resumeSchema, 'options', options);
  const settings = readSettings();
  const nowMs = (options.clock ?? systemClock).now();
  const { only = () => true, ignoreBackoff } = options;
  const unfinished = await Array.fromAsync(storeOf(settings).find({ unfinished: true }));
  const due = unfinished.filter(
    (record) => only(record) && (ignoreBackoff || isUnshelved(record) || nextTry(record, nowMs) === 'now'),
  );
  return Promise.all(due.map((record) => resumeOne(settings, record, options)));
}

/** Every purchase, finished or not, in the order of their keys. */
export function listFalJobs(): Promise<FalJob[]> {
  return Array.fromAsync(storeOf(readSettings()).find());
}

async function resumeOne(settings: Settings, record: FalJob, options: ResumeFalOptions): Promise<FalResult> {
  try {
    if (record.status === 'ready') return await shelved(settings, record, options);
    const api = connectionOf(settings, options);
    const folder = await folderOf(record.projectId);
    const work = jobOf(record, contextOf(settings, { api, folder }, options));
    const onProgress = (progress: JobProgress) => options.onProgress?.(falJobKey(record), progress);
    return await shelved(settings, await run(settings, work, options, onProgress), options);
  } catch (error) {
    return failureOf(error);
  }
}

async function finished(
  settings: Settings,
  record: FalJob,
  { onProgress, ...options }: FalRunOptions & { onProgress: (progress: JobProgress) => void },
): Promise<FalResult> {
  const { localPath = '', sizeBytes = 0 } = record;
  onProgress({ stage: 'ready', localPath, sizeBytes });
  return shelved(settings, record, options);
}

/** A process may die at any moment of this: the films are put there again, which changes nothing. */
async function shelved(settings: Settings, record: FalJob, options: FalRunOptions): Promise<FalResult> {
  const items: MediaItem[] = [];
  if (isUnshelved(record)) await removeUploadedCopies(settings, record);
  for (const film of itemsOf(settings.projectRoot, record)) {
    items.push(await addMediaItem(record.projectId, film, { fileStays: true }));
  }
  if (isUnshelved(record)) {
    const note = (current: FalJob | undefined) => current && { ...current, shelved: record.taskId };
    await storeOf(settings).update(falJobKey(record), note);
  }
  return { success: true, items: await withPictures(record.projectId, items, options) };
}

/** The items with the pictures of their films, as far as these can be made now. */
async function withPictures(projectId: string, items: MediaItem[], options: FalRunOptions): Promise<MediaItem[]> {
  const ids = new Set(items.flatMap(({ id, pictures }) => (pictures?.isDue ? [id] : [])));
  if (options.pictures === false || ids.size === 0) return items;
  const only = (film: MediaFilm) => film.projectId === projectId && ids.has(film.id);
  await finishPictures((draw, signal) => finishMediaPictures(draw, { only, signal }), options);
  return Promise.all(items.map(async (item) => (await getMediaItem(projectId, item.id).catch(() => item)) ?? item));
}

/**
 * Absolute folder of a project's films, made if it is missing. Rejects where nothing may be put there now: the library's drive
 * is away.
 */
async function folderOf(projectId: string): Promise<string> {
  const { root } = await usableLibrary();
  const folder = join(root, ...projectFolderOf(projectId).split('/'));
  try {
    makeFolderBelow(root, projectFolderOf(projectId));
    return folder;
  } catch (error) {
    throw diskError(error, folder);
  }
}

function contextOf(
  settings: Settings,
  place: Pick<JobContext, 'api' | 'folder'>,
  { clock = systemClock, timeoutMs, maxBytes, resolve }: FalRunOptions,
): JobContext {
  return {
    ...{ settings, ...place, objects: objectsOf(mediaLibrary(settings)), clock, timeoutMs, maxBytes, resolve },
    nameOf: (modelId, atMs) => generatedFileName(modelId, atMs, ''),
    keep: async (key, result) => {
      const note = (current: FalJob | undefined) =>
        current?.taskId === result.requestId ? { ...current, result: { ...result } } : current;
      await storeOf(settings).update(key, note);
    },
  };
}

function purchaseOptions({ mediaLifetimeSeconds = WEEK_SECONDS, webhookUrl, force }: GenerateWithFalOptions) {
  return { mediaLifetimeSeconds: mediaLifetimeSeconds ?? undefined, webhookUrl, force };
}

function promptIn({ prompt }: Record<string, unknown>): string {
  return typeof prompt === 'string' ? prompt : '';
}

/** What a request is expected to cost; `usd: null` where that is not known, as with units of which nobody says how many. */
export async function estimateFal(
  modelId: string,
  input: Record<string, unknown>,
  options: FalRunOptions = {},
): Promise<{ usd: number | null; price: FalPrice | undefined }> {
  const request = storedRequest(modelId, input);
  const price =
    options.prices?.[modelId] ?? (await askForPrice(connectionOf(readSettings(), options), modelId, options.signal));
  return { usd: estimateOf(request.input, price).usd, price };
}
