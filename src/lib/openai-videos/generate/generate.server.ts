import { callSafely } from '#lib/base/call-safely.ts';
import { systemClock } from '#lib/base/clock.ts';
import { type ErrorCode, isReelError, messageOf } from '#lib/base/errors.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import { redactText } from '#lib/base/redact.ts';
import { assertCapturable } from '#lib/capture/capture.server.ts';
import { readSettings, type Settings } from '#lib/config.ts';
import { JobEngine } from '#lib/jobs/engine.server.ts';
import type { JobProgress } from '#lib/jobs/progress.ts';
import { isUnfinished } from '#lib/jobs/record/state.ts';
import { nextTry } from '#lib/jobs/run/retry.ts';
import { runForCaller } from '#lib/jobs/run/run-for-caller.ts';
import { hasLocalCopies, removeLocalCopies } from '#lib/jobs/versions/film-objects.server.ts';
import { requestSchema } from '#lib/openai-videos/api/input-schemas.ts';
import type { OpenAIVideoRequest } from '#lib/openai-videos/api/options.ts';
import type { DownloadedFile } from '#lib/openai-videos/assets/run/find-file.ts';
import { OpenAIVideosClient } from '#lib/openai-videos/openai-videos-client.ts';
import { assertAssetStore } from '#lib/stores/assets/open-asset-store.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { fileOnRecord } from './find-file.server.ts';
import { filmPathOf, filmPlaceOf, hasFilm, type JobContext, jobFor, jobOf, type VideoJob } from './job.server.ts';
import {
  type GenerateVideoOptions,
  generateSchema,
  type ResumeVideosOptions,
  resumeSchema,
  type VideoRunOptions,
} from './options.ts';
import { nameFor, storedRequest } from './order.ts';
import { finishLeftPictures, finishPictures, stopDrawing } from './pictures.server.ts';
import { type GeneratedVideo, generatedVideoKey } from './record.ts';
import { storeOf } from './record-store.server.ts';

export type GenerateVideoResult =
  | { success: true; localPath: string; record: GeneratedVideo }
  | { success: false; error: string; code: ErrorCode; retryable: boolean; taskId?: string };

const engines = new Map<RecordStore<GeneratedVideo>, JobEngine<GeneratedVideo>>();

/** One in a process, so that callers share running work and the capture queue. */
function engineOf(settings: Settings): JobEngine<GeneratedVideo> {
  const store = storeOf(settings);
  let engine = engines.get(store);
  if (!engine) {
    engine = new JobEngine({ store });
    engines.set(store, engine);
  }
  return engine;
}

/**
 * Makes one video with a server of OpenAI's API and saves it, with its pictures, below `GENERATED_VIDEOS_DIR`. A finished
 * video is returned, one under way is finished, and only otherwise is one bought, once. Never rejects.
 */
export async function generateWithOpenAIVideos(
  request: OpenAIVideoRequest,
  options: GenerateVideoOptions = {},
): Promise<GenerateVideoResult> {
  try {
    checkInput(requestSchema, 'request', request, 'prompt');
    checkInput(generateSchema, 'options', options, 'prompt');
    const settings = readSettings();
    const stored = storedRequest(request, settings.openaiVideosModel);
    const { batchId = 'generated', name = nameFor(stored) } = options;
    const record = await storeOf(settings).get(generatedVideoKey(batchId, name));
    // A finished film needs no server, no key and no lease.
    if (record?.status === 'ready' && !options.force && hasFilm(settings, record)) return finished(record, options);
    const context = contextOf(settings, options);
    const job = jobFor({ batchId, name }, stored, { ...context, force: options.force }, record);
    await assertPlace(settings, job, { batchId, name }, record);
    await assertAssetStore(settings);
    callSafely(options.onProgress, { stage: 'prompt', prompt: stored.prompt });
    return toSuccess(await run(settings, job, options, options.onProgress));
  } catch (error) {
    return toFailure(error);
  }
}

function finished(record: GeneratedVideo, { onProgress }: GenerateVideoOptions): GenerateVideoResult {
  const { localPath = '', sizeBytes = 0 } = record;
  callSafely(onProgress, { stage: 'ready', localPath, sizeBytes });
  return toSuccess(record);
}

/** A full disk or a folder without permission is reported before anything is bought; what is paid for is tried anyway. */
async function assertPlace(
  settings: Settings,
  job: VideoJob,
  ids: { batchId: string; name: string },
  record: GeneratedVideo | undefined,
) {
  if (record && (isUnfinished(record) || record.status === 'ready')) return;
  await assertCapturable(filmPathOf(settings, ids), job.capture);
}

/**
 * Finishes every unfinished video: settles lost answers, waits for jobs, captures films. Never buys a second time, and
 * never rejects for a video: each has its result.
 * @throws ReelError `store-corrupt` or `config` when nothing can be done at all
 */
export async function resumeOpenAIVideos(options: ResumeVideosOptions = {}): Promise<GenerateVideoResult[]> {
  checkInput(resumeSchema, 'options', options);
  const settings = readSettings();
  const nowMs = (options.clock ?? systemClock).now();
  await removeUploadedCopies(settings).catch(() => {});
  const unfinished = await Array.fromAsync(storeOf(settings).find({ unfinished: true }));
  const due = unfinished
    .filter((record) => options.ignoreBackoff || nextTry(record, nowMs) === 'now')
    .filter((record) => options.only?.(record) ?? true);
  const results = await Promise.all(due.map((record) => resumeOne(settings, record, options)));
  if (!options.only) await finishLeftPictures(settings, options.signal).catch(() => {});
  return results;
}

/** What processes have left that were killed between the record's switch to its objects and the removal of the files. */
async function removeUploadedCopies(settings: Settings): Promise<void> {
  if (!settings.assets) return;
  const store = storeOf(settings);
  for await (const record of store.find()) {
    const place = filmPlaceOf(settings, record);
    if (hasLocalCopies(place, record))
      await removeLocalCopies({ store, key: generatedVideoKey(record.batchId, record.name), place });
  }
}

async function resumeOne(settings: Settings, record: GeneratedVideo, options: ResumeVideosOptions) {
  const { batchId, name } = record;
  const onProgress = (progress: JobProgress) => options.onProgress?.(batchId, name, progress);
  try {
    return toSuccess(await run(settings, jobOf(record, contextOf(settings, options)), options, onProgress));
  } catch (error) {
    return toFailure(error);
  }
}

/** Every video that was ordered, in the order of their keys. */
export function listGeneratedVideos(): Promise<GeneratedVideo[]> {
  return Array.fromAsync(storeOf(readSettings()).find());
}

/**
 * A file of a finished video by its folder and name. Only names on record are found, so a name is never used as a path.
 */
export async function findGeneratedFile(folder: string, fileName: string): Promise<DownloadedFile | undefined> {
  const settings = readSettings();
  const [name = ''] = /^[a-z0-9-]+/.exec(fileName) ?? [];
  const record = await storeOf(settings).get(generatedVideoKey(folder, name));
  return record && fileOnRecord(settings, record, fileName);
}

/** Ends all work of this process, for SIGTERM: what was bought stays resumable. */
export async function stopOpenAIVideos(): Promise<void> {
  await Promise.all([...[...engines.values()].map((engine) => engine.stop()), stopDrawing()]);
}

function contextOf(settings: Settings, options: VideoRunOptions): JobContext {
  const { baseUrl, apiKey, encoding, requestTimeoutMs, clock } = options;
  const client = new OpenAIVideosClient({ baseUrl, apiKey, encoding, requestTimeoutMs, clock });
  const { prices, pictures, assetLifetimeMs, idempotencyKey, listIsComplete, timeoutMs, maxBytes, resolve } = options;
  return {
    ...{ settings, client, clock, prices, pictures, assetLifetimeMs, idempotencyKey, listIsComplete },
    ...{ timeoutMs, maxBytes, resolve },
  };
}

async function run(
  settings: Settings,
  job: VideoJob,
  options: VideoRunOptions,
  onProgress: ((progress: JobProgress) => void) | undefined,
): Promise<GeneratedVideo> {
  const ready = await runForCaller(job, options, { engine: engineOf(settings), settings, onProgress });
  return finishPictures(settings, ready, options);
}

function toSuccess(record: GeneratedVideo): GenerateVideoResult {
  return { success: true, localPath: record.localPath ?? '', record };
}

function toFailure(thrown: unknown): GenerateVideoResult {
  const error = isReelError(thrown) ? thrown : undefined;
  return {
    success: false,
    error: redactText(messageOf(thrown)),
    code: error?.code ?? 'provider-failed',
    retryable: error?.retryable ?? false,
    ...(error?.taskId !== undefined && { taskId: error.taskId }),
  };
}
