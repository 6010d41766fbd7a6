import { rm } from 'node:fs/promises';
import * as z from 'zod';
import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, systemClock, throwIfAborted } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { publishFile } from '#lib/base/disk/durable-publish.server.ts';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { checkInput, input } from '#lib/base/input/check-input.ts';
import {
  type AssetFormat,
  anyVideo,
  type CaptureOptions,
  type CaptureResult,
  captureAsset,
  inspectAsset,
  jpeg,
  png,
  type RemoteAsset,
  removeLeftovers,
  webp,
} from '#lib/capture/index.ts';
import { readSettings } from '#lib/config.ts';
import type { MediaRecord } from '#lib/media/items/record.ts';
import type { Capturing, FileFields } from '#lib/media/migrate/capturing.ts';
import { generatedFileName, safeFileName } from '#lib/media/names/file-name.ts';
import { assertProjectId } from '#lib/media/names/project-id.ts';
import { usableLibrary } from '#lib/media/root/library.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import type { MediaEvent, SavedVideo, SaveFallback, SaveResult, SaveVideoOptions } from '#lib/media/types.ts';
import { patientRename } from './patient-rename.ts';
import { type ReservedName, reserveName } from './reserve-name.server.ts';
import { writeData } from './write-data.server.ts';

/** For tests, and for callers with a library of their own. */
export interface SaveTools {
  library?: MediaLibrary | undefined;
  clock?: Clock | undefined;
  platform?: string | undefined;
  capture?: Pick<CaptureOptions, 'allowPrivateNetwork' | 'resolve' | 'proxy' | 'patienceMs'> | undefined;
  maxBytes?: number | undefined;
}

/** How long a server may say nothing before an item is left for the next time. */
const PATIENCE_MS = 60_000;
const MOST_BYTES = 8 * 1024 ** 3;
const EXTENSION = '.mp4';

const isData = (value: unknown) =>
  value instanceof ArrayBuffer || value instanceof Uint8Array || value instanceof ReadableStream;
const optionsSchema = input.options({
  fileName: input.text.optional(),
  fileData: z.custom(isData, 'must be an ArrayBuffer, a Uint8Array or a ReadableStream of bytes').optional(),
  url: input.text.optional(),
  modelId: input.text.optional(),
  expiresAt: input.date.optional(),
  signal: input.signal.optional(),
});

/**
 * Saves a video into `{library}/projects/{projectId}/videos/`: whole, checked and on disk, or not at all. From bytes, or
 * from a link, which is captured like any other. Never rejects.
 */
export async function saveVideoToDisk(options: SaveVideoOptions, tools: SaveTools = {}): Promise<SaveResult> {
  const report = (event: MediaEvent) => callSafely(options?.onEvent, event);
  try {
    const saved = await save(options, tools, report);
    report({ kind: 'saved', localPath: saved.localPath, sizeBytes: saved.sizeBytes });
    return saved;
  } catch (error) {
    const known = isReelError(error) ? error : diskError(error, 'the media library');
    report({ kind: 'save-failed', error: known.message, code: known.code });
    const { code, retryable } = known;
    return { success: false, error: messageOf(known), code, retryable, fallback: fallbackOf(options, known) };
  }
}

async function save(
  options: SaveVideoOptions,
  tools: SaveTools,
  report: (event: MediaEvent) => void,
): Promise<SavedVideo> {
  checkInput(optionsSchema, 'options', options, 'recording');
  assertProjectId(options.projectId);
  if ((options.fileData === undefined) === (options.url === undefined)) throw oneSource();
  throwIfAborted(options.signal);
  const { clock = systemClock } = tools;
  const library = await usableLibrary(tools.library);
  const wanted =
    options.fileName === undefined
      ? generatedFileName(options.modelId, clock.now(), EXTENSION)
      : safeFileName(options.fileName, EXTENSION);
  const name = await reserveName(library, options.projectId, wanted, clock);
  report({ kind: 'saving', fileName: name.fileName, projectId: options.projectId });
  return options.url === undefined ? saveData(name, options, tools, clock) : saveLink(name, options, tools, clock);
}

async function saveData(
  name: ReservedName,
  options: SaveVideoOptions,
  tools: SaveTools,
  clock: Clock,
): Promise<SavedVideo> {
  const { handle, partPath, finalPath } = name;
  let isComplete = false;
  try {
    const { maxBytes = MOST_BYTES } = tools;
    const onProgress = (bytesReceived: number) => callSafely(options.onProgress, { bytesReceived });
    const written = await writeData(handle, options.fileData ?? new Uint8Array(), {
      ...{ maxBytes, onProgress },
      signal: options.signal,
    });
    const media = await assertVideo(partPath);
    isComplete = true;
    await publishFile(handle, partPath, finalPath, patientRename(clock, tools.platform));
    return savedOf(name, { ...written, media });
  } catch (error) {
    await handle.close().catch(() => {});
    // One that is complete and could only not be renamed is kept.
    if (!isComplete) await rm(partPath, { force: true }).catch(() => {});
    throw diskError(error, finalPath);
  }
}

async function assertVideo(path: string) {
  const { problem, media } = await anyVideo.inspect(path);
  if (problem === undefined) return media;
  throw new ReelError('not-a-video', `The data is no complete video: ${problem}.`, { stage: 'verifying' });
}

async function saveLink(
  name: ReservedName,
  options: SaveVideoOptions,
  tools: SaveTools,
  clock: Clock,
): Promise<SavedVideo> {
  const { handle, finalPath } = name;
  await handle.close();
  const { url = '', expiresAt, signal, onProgress } = options;
  try {
    const file = await captureInto(finalPath, { url, expiresAt }, { signal, onProgress }, { ...tools, clock });
    return savedOf(name, file);
  } catch (error) {
    // Another call takes another name, so that nobody would go on with it.
    if (!isComplete(error)) await removeLeftovers(finalPath);
    throw error;
  }
}

/** A file that could only not be renamed is kept. */
function isComplete(error: unknown): boolean {
  return isReelError(error) && error.stage === 'recording';
}

/**
 * Captures a link into the library. What an earlier call for the same path has received is continued.
 * @throws ReelError as `captureAsset`
 */
function captureInto(
  finalPath: string,
  asset: RemoteAsset,
  options: Pick<SaveVideoOptions, 'signal' | 'onProgress'> & { format?: AssetFormat | undefined },
  tools: SaveTools,
): Promise<CaptureResult> {
  const { clock = systemClock } = tools;
  const { allowPrivateNetwork, proxy } = readSettings();
  const rename = patientRename(clock, tools.platform);
  return captureAsset(asset, finalPath, {
    ...{
      format: options.format ?? anyVideo,
      allowPrivateNetwork,
      proxy,
      clock,
      maxBytes: tools.maxBytes ?? MOST_BYTES,
      needsFolder: true,
    },
    ...tools.capture,
    signal: options.signal,
    onProgress: (progress) => {
      if (progress.stage === 'downloading') callSafely(options.onProgress, progress);
    },
    publishWithin: (_file, renameNow) => rename(renameNow),
  });
}

/** How `saveAllToDisk` fetches and checks the files of items. */
export function capturingWith(tools: SaveTools): Capturing {
  return {
    extensionOf: (record) => `.${formatOf(record).extension}`,
    async inspect(path, record) {
      const { problem, ...file } = await inspectAsset(path, formatOf(record));
      return problem === undefined ? fieldsOf(file) : undefined;
    },
    async fetch(path, record, options) {
      const { originalUrl: url = '', expiresAt } = record;
      const asset = { url, ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }) };
      const capture = { patienceMs: PATIENCE_MS, ...tools.capture };
      return fieldsOf(await captureInto(path, asset, { ...options, format: formatOf(record) }, { ...tools, capture }));
    },
  };
}

function fieldsOf({ sizeBytes, sha256, media }: Pick<CaptureResult, 'sizeBytes' | 'sha256' | 'media'>): FileFields {
  const { durationSeconds, width, height } = media;
  return {
    ...{ fileSize: sizeBytes, sha256 },
    ...(durationSeconds !== undefined && { duration: durationSeconds }),
    ...(width !== undefined && height !== undefined && { width, height }),
  };
}

/** @throws ReelError `invalid-input` for sounds, whose formats cannot be checked yet */
function formatOf({ type, originalUrl = '', name }: MediaRecord): AssetFormat {
  if (type === 'video') return anyVideo;
  if (type === 'audio') {
    const message = `${name} is a sound: only videos and images can be checked and saved.`;
    throw new ReelError('invalid-input', message, { stage: 'downloading' });
  }
  const path = URL.parse(originalUrl)?.pathname.toLowerCase() ?? '';
  return path.endsWith('.png') ? png : path.endsWith('.webp') ? webp : jpeg;
}

function savedOf(
  { localPath, fileName }: ReservedName,
  file: Pick<SavedVideo, 'sizeBytes' | 'sha256' | 'crc32'> & {
    media?: { durationSeconds?: number; width?: number; height?: number } | undefined;
  },
): SavedVideo {
  const { sizeBytes, sha256, crc32, media = {} } = file;
  const { durationSeconds, width, height } = media;
  return {
    success: true,
    ...{ localPath, fileName, sizeBytes, sha256 },
    ...(crc32 !== undefined && { crc32 }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
  };
}

function oneSource(): ReelError {
  return new ReelError('invalid-input', 'Give either fileData or url.', { stage: 'recording' });
}

/** Where the caller can still play the video from. */
function fallbackOf(options: SaveVideoOptions | undefined, { code }: ReelError): SaveFallback {
  if (code === 'not-a-video' || code === 'expired' || code === 'not-found') return 'none';
  if (options?.fileData !== undefined) return 'blob';
  return options?.url === undefined ? 'none' : 'remote';
}
