import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import * as z from 'zod';
import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, systemClock, throwIfAborted } from '#lib/base/clock.ts';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { publishFile } from '#lib/base/disk/durable-publish.server.ts';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { checkInput, input } from '#lib/base/input/check-input.ts';
import { removeLeftovers } from '#lib/capture/capture.server.ts';
import { anyVideo } from '#lib/capture/formats/formats.server.ts';
import { generatedFileName, mediaFileName } from '#lib/media/names/file-name.ts';
import { assertProjectId } from '#lib/media/names/project-id.ts';
import { usableLibrary } from '#lib/media/root/library.server.ts';
import type { MediaLibrary } from '#lib/media/root/media-library.ts';
import type { MediaEvent, SavedVideo, SaveFallback, SaveResult, SaveVideoOptions } from '#lib/media/types.ts';
import { captureInto, MOST_BYTES, type SaveTools } from './fetching.server.ts';
import { lockPart, sweepParts, takeUp } from './left-parts.server.ts';
import { noteWhole, type PartNote, removeNote, type WholeFile } from './part-note.server.ts';
import { patientRename } from './patient-rename.ts';
import { type ReservedName, reserveName } from './reserve-name.server.ts';
import { writeData } from './write-data.server.ts';

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
  const { projectId, url, fileData } = options;
  assertProjectId(projectId);
  if ((fileData === undefined) === (url === undefined)) throw oneSource();
  throwIfAborted(options.signal);
  const { clock = systemClock } = tools;
  const library = await usableLibrary(tools.library);
  const context = { ...tools, clock, library, asked: askedOf(options) };
  if (url !== undefined) {
    const left = await takeUp(library, projectId, ({ asked }) => asked === context.asked, context);
    if (left) report({ kind: 'saving', fileName: left.fileName, projectId });
    if (left) return savedOf(left, left.file);
  }
  await sweepParts(library, projectId, clock.now());
  const wanted =
    options.fileName === undefined
      ? generatedFileName(options.modelId, clock.now(), EXTENSION)
      : mediaFileName(options.fileName, EXTENSION);
  const name = await reserveName(library, projectId, wanted, context);
  report({ kind: 'saving', fileName: name.fileName, projectId });
  return url === undefined ? saveData(name, options, context) : saveLink(name, url, options, context);
}

interface SaveContext extends SaveTools {
  library: MediaLibrary;
  clock: Clock;
  asked: string;
}

/** Equal for equal saves of links; for those of data, whose bytes are not known yet, as far as can be said. */
function askedOf({ fileName, modelId, url }: SaveVideoOptions): string {
  // A link may have a key in it.
  return createHash('sha256')
    .update(JSON.stringify([fileName, modelId, url]))
    .digest('hex');
}

async function saveData(name: ReservedName, options: SaveVideoOptions, context: SaveContext): Promise<SavedVideo> {
  const { handle, partPath, finalPath } = name;
  let [isWhole, release] = [false, async () => {}];
  try {
    release = await lockPart(partPath, context.clock);
    const { maxBytes = MOST_BYTES } = context;
    const onProgress = (bytesReceived: number) => callSafely(options.onProgress, { bytesReceived });
    const { signal, fileData = new Uint8Array() } = options;
    const file = await writeData(handle, fileData, { maxBytes, onProgress, signal });
    const media = await assertVideo(partPath);
    const left = await equalLeft(options.projectId, file, context);
    if (left) return savedOf(left, left.file);
    isWhole = true;
    const rename = patientRename(context.clock, context.platform);
    await publishFile(handle, partPath, finalPath, async (renameNow) => {
      await noteWhole(partPath, file);
      await rename(renameNow);
    });
    return savedOf(name, { ...file, media });
  } catch (error) {
    throw diskError(error, finalPath);
  } finally {
    await handle.close().catch(() => {});
    // One that is whole and could only not be renamed is kept.
    if (!isWhole) await rm(partPath, { force: true }).catch(() => {});
    await release();
  }
}

/** The same bytes, from an equal save that could not be completed. */
function equalLeft(projectId: string, { sha256 }: WholeFile, context: SaveContext) {
  const isEqual = ({ asked, file }: PartNote) => asked === context.asked && file?.sha256 === sha256;
  return takeUp(context.library, projectId, isEqual, context);
}

async function assertVideo(path: string) {
  const { problem, media } = await anyVideo.inspect(path);
  if (problem === undefined) return media;
  throw new ReelError('not-a-video', `The data is no complete video: ${problem}.`, { stage: 'verifying' });
}

async function saveLink(
  name: ReservedName,
  url: string,
  { expiresAt, signal, onProgress }: SaveVideoOptions,
  context: SaveContext,
): Promise<SavedVideo> {
  const { handle, partPath, finalPath } = name;
  await handle.close();
  try {
    const onWhole = (file: WholeFile) => noteWhole(partPath, file);
    const file = await captureInto(finalPath, { url, expiresAt }, { signal, onProgress, onWhole }, context);
    return savedOf(name, file);
  } catch (error) {
    // Another call takes another name, so that nobody would go on with it.
    if (!isWhole(error)) await removeLeftovers(finalPath);
    throw error;
  } finally {
    if (!existsSync(partPath)) await removeNote(partPath).catch(() => {});
  }
}

/** A file that could only not be renamed is kept. */
function isWhole(error: unknown): boolean {
  return isReelError(error) && error.stage === 'recording';
}

function savedOf(
  { localPath, fileName }: Pick<ReservedName, 'localPath' | 'fileName'>,
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
