import '#lib/base/server-only.server.ts';
import { existsSync } from 'node:fs';
import { callSafely } from '#lib/base/call-safely.ts';
import { missingIgnoreLine } from '#lib/base/disk/ignore-advice.server.ts';
import { isReelError, withContext } from '#lib/base/errors.ts';
import { checkInput, input } from '#lib/base/input/check-input.ts';
import { readSafely } from '#lib/base/input/wrong-input.ts';
import {
  assertCapturable,
  assertPublicNames,
  type CaptureOptions,
  type CaptureResult,
  captureAsset,
} from '#lib/capture/capture.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { readProviderHost, readProxy, readSettings, type Settings } from '#lib/config.ts';
import { isUnfinished } from '#lib/jobs/record/state.ts';
import { assertAssetStore } from '#lib/stores/assets/open-asset-store.server.ts';
import { regionOf } from '#lib/wanx/dashscope/endpoint.ts';
import { promptNote } from '#lib/wanx/prompt/note.ts';
import { downloadSchema, generateSchema } from '#lib/wanx/request/input-schemas.ts';
import type { OrderOptions } from '#lib/wanx/request/options.ts';
import { clientFor } from '#lib/wanx/run/client.server.ts';
import { runJob } from '#lib/wanx/run/engine.server.ts';
import { type GenerateResult, toFailure, toSuccess } from '#lib/wanx/run/result.ts';
import type { ProgressCallback, RunSettings } from '#lib/wanx/run/settings.ts';
import { inputSecondsOf } from '#lib/wanx/uploads/local-file.server.ts';
import { finishPictures } from '#lib/wanx/videos/films.server.ts';
import { hasVideoFile, jobFor, type WanJob } from '#lib/wanx/videos/job.server.ts';
import { videoRequestFor } from '#lib/wanx/videos/request.ts';
import { assertBound, bindStore } from '#lib/wanx/videos/store-binding.server.ts';
import { type Era, parseSpotEra, type Spot } from './spot.ts';
import { findVideo, type VideoMetadata } from './video-metadata.ts';

export interface GenerateOptions extends OrderOptions, RunSettings {
  onProgress?: ProgressCallback | undefined;
}

export type DownloadOptions = Omit<CaptureOptions, 'publishWithin' | 'partTag' | 'needsFolder'> & {
  /**
   * When the link expires, unless the URL says so. Where neither does, `patienceMs` (60 s) without a byte of progress
   * end it.
   */
  expiresAt?: Date;
  /** Called for a new link after 403, 404 or 410. */
  refresh?: () => Promise<string | URL>;
};
export type DownloadResult = CaptureResult;

/**
 * Streams a video to `localPath`: whole, verified and on disk, or not there at all. Until then the bytes are in
 * `<localPath>.part`, and a later call, of this process or another, continues from there when that is provably safe.
 * @param url signed, expiring link; sent byte for byte
 * @returns size in bytes, SHA-256, which checks passed, and duration and size of the picture as read from the file
 * @throws ReelError `expired` (refused by the server), `network` and `rate-limited` (no data for too long; or refused
 * permanently, then not retryable), `auth`, `not-a-video`, `integrity`, `too-large`, `blocked-address`, `disk-full`,
 * `disk-denied`, `disk`, `busy`, `aborted`, `invalid-input`, `config` (of the proxy)
 */
export async function downloadVideo(
  url: string | URL,
  localPath: string,
  options: DownloadOptions = {},
): Promise<DownloadResult> {
  checkInput(input.url, 'url', url, 'downloading');
  checkInput(input.text, 'localPath', localPath, 'downloading');
  checkInput(downloadSchema, 'options', options, 'downloading');
  const { expiresAt, refresh, ...rest } = options;
  const asset = { url, ...(expiresAt !== undefined && { expiresAt }), ...(refresh !== undefined && { refresh }) };
  const { proxy = readProxy(), providerHost = readProviderHost() } = rest;
  return captureAsset(asset, localPath, { ...rest, format: mp4, proxy, providerHost });
}

/**
 * Creates the video of a spot in an era: builds the prompt, submits once, waits, captures, records. A finished
 * video is returned, one under way is finished, and only otherwise is one bought. Never rejects.
 * @param options a progress callback, or options with every video option of the client
 */
export async function generateAndStoreVideo(
  spot: Spot,
  era: Era,
  options: ProgressCallback | GenerateOptions = {},
): Promise<GenerateResult> {
  try {
    const all = typeof options === 'function' ? { onProgress: options } : options;
    checkInput(generateSchema, 'options', all, 'prompt');
    const checked = parseSpotEra(spot, era);
    const settings = readSettings();
    const isNewFolder = !existsSync(settings.videoDir);
    const done = await finishedVideo(settings, checked.spot.id, checked.era.id, all);
    const metadata = done ?? (await generate(settings, checked.spot, checked.era, all));
    const words = promptNote(all.prompt, metadata.prompt, done ? 'finished' : 'under-way');
    const force = 'To buy one with your prompt, order it with force once that one is finished.';
    const notes = [words && `${words} ${force}`, isNewFolder ? ignoreNote(settings) : undefined].filter(Boolean);
    return { ...toSuccess(metadata), ...(notes.length > 0 && { note: notes.join(' ') }) };
  } catch (error) {
    return toFailure(error, { spotId: idOf(spot), eraId: idOf(era) });
  }
}

/** Said once, by the call that makes the folder. */
function ignoreNote({ projectRoot, videoDir }: Settings): string | undefined {
  const line = missingIgnoreLine(projectRoot, videoDir);
  return (
    line && `The videos and their records are in ${line.slice(1)} from now on. Add this line to .gitignore: ${line}`
  );
}

/** For the result of a call that may be about nothing at all, or about something that throws when it is read. */
function idOf(value: { id: string } | undefined): string | undefined {
  const id: unknown = readSafely(() => value?.id);
  return typeof id === 'string' ? id : undefined;
}

/** A finished video needs no key, no network and no lease. */
async function finishedVideo(
  settings: Settings,
  spotId: string,
  eraId: string,
  options: GenerateOptions,
): Promise<VideoMetadata | undefined> {
  const record = options.force ? undefined : await findVideo(spotId, eraId);
  if (record?.status !== 'ready' || record.localPath === undefined || !hasVideoFile(settings, record)) return undefined;
  callSafely(options.onProgress, { stage: 'ready', localPath: record.localPath, sizeBytes: record.sizeBytes ?? 0 });
  return record;
}

async function generate(settings: Settings, spot: Spot, era: Era, options: GenerateOptions): Promise<VideoMetadata> {
  const client = clientFor(options);
  const request = videoRequestFor(spot, era, options, settings.wanxModel);
  const { force, timeoutMs, maxBytes, adopt, resolve } = options;
  const inputSeconds = await inputSecondsOf(client.complete(request), mp4.inspect);
  const context = { settings, client, force, timeoutMs, maxBytes, resolve, inputSeconds };
  const job = jobFor(spot.id, era.id, request, context);
  // Before the folder is made where it is missing.
  if (!adopt) await assertBound(settings);
  await assertCapture(job, client.baseUrl, await findVideo(spot.id, era.id));
  await assertAssetStore(settings);
  await bindStore(settings, { adopt });
  callSafely(options.onProgress, { stage: 'prompt', prompt: request.prompt ?? '' });
  const ready = await runJob(settings, job, options, options.onProgress).catch(async (error) => {
    // A record that cannot be read must not take the place of the failure, which may be the only one to name the task.
    throw withPromptNote(error, options.prompt, await findVideo(spot.id, era.id).catch(() => undefined));
  });
  return finishPictures(settings, ready, options);
}

/** The failure of a task that was bought before is not that of this caller's words. */
function withPromptNote(error: unknown, asked: string | undefined, record: VideoMetadata | undefined): unknown {
  if (!isReelError(error) || !record) return error;
  const isAboutRecord = error.taskId === undefined ? error.code === 'unknown-outcome' : error.taskId === record.taskId;
  const note = isAboutRecord ? promptNote(asked, record.prompt, 'under-way') : undefined;
  return note === undefined ? error : withContext(error, { advice: note });
}

const PRIVATE_NAMES_ADVICE =
  'Nothing was bought. Name a proxy in HTTPS_PROXY, use another DNS server, or set WANX_ALLOW_PRIVATE_NETWORK=1 if that network is yours.';

/** Local obstacles are reported before anything is bought, with how to recover what is already bought. */
async function assertCapture(
  { finalPath, capture }: WanJob,
  baseUrl: string,
  record: VideoMetadata | undefined,
): Promise<void> {
  const paid = record && isUnfinished(record) ? record : undefined;
  try {
    await assertCapturable(finalPath, capture);
    // The address of a gateway of one's own says nothing about other names; and what is paid for is tried in any case.
    if (regionOf(baseUrl) !== undefined && !paid) await assertPublicNames(new URL(baseUrl).hostname, capture);
  } catch (error) {
    if (!isReelError(error)) throw error;
    if (paid) throw withContext(error, { taskId: paid.taskId, billable: 'maybe' });
    throw error.code === 'blocked-address' ? withContext(error, { advice: PRIVATE_NAMES_ADVICE }) : error;
  }
}
