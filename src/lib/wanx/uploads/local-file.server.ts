import { open, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import type { MediaInfo } from '#lib/capture/formats/media-report.ts';
import { refuse } from '#lib/wanx/models/refuse.ts';
import {
  documentFormatOf,
  MEDIA_KINDS,
  type MediaFormat,
  mediaFormatOf,
  pngHasAlpha,
} from '#lib/wanx/request/media-format.ts';
import type { CompleteRequest, InputMedia } from '#lib/wanx/request/options.ts';
import { fileLimitsFor, MAX_INPUT_AND_OUTPUT_SECONDS, MAX_INPUT_SECONDS } from './file-limits.ts';
import type { FileLimits, MediaKind } from './file-rules.ts';
import { imageSizeOf } from './image-size.ts';
import { soundSecondsOf } from './sound-length.ts';

/** What of an input is looked at before it is sent. */
export interface SeenInput {
  /** For messages: the option, and where it came from. */
  name: string;
  sizeBytes: number;
  /** Its first bytes; 64 KiB tell all there is to know. */
  head: Uint8Array;
}

export interface LocalFile {
  path: string;
  sizeBytes: number;
  kind: MediaKind;
  format: MediaFormat;
  /** May be sent inside the request. */
  isInline: boolean;
  /** Of a video or a sound, where it can be read. */
  durationSeconds: number | undefined;
}

export const HEAD_BYTES = 64 * 1024;
/** Reads what a player would say of a video file, such as `mp4.inspect`. */
export type ReadVideo = (path: string) => Promise<{ media: MediaInfo }>;

/** A clip of 10 s has often a frame more than that. */
const SECONDS_OF_GRACE = 0.1;

/**
 * The local files among the inputs of a request, in its order; undefined for each that is an address.
 * @throws ReelError `invalid-input` for a file that is missing, of a wrong format, or outside the model's limits
 */
export async function localFilesOf(
  request: CompleteRequest,
  readVideo: ReadVideo,
): Promise<Array<LocalFile | undefined>> {
  const files = await Promise.all(request.media.map((item) => localFileOf(item, request, readVideo)));
  refuseTooMuch(request, files);
  return files;
}

/**
 * How long the inputs are that decide the length or the price: the videos, and where there is none, the sounds.
 * @returns undefined where one of them is an address, or cannot be read
 */
export async function inputSecondsOf(request: CompleteRequest, readVideo: ReadVideo): Promise<number | undefined> {
  const kinds = request.media.map(({ role }) => MEDIA_KINDS[role]);
  const deciding = kinds.includes('video') ? 'video' : 'audio';
  if (!kinds.includes(deciding)) return undefined;
  const files = await localFilesOf(request, readVideo).catch(ignoreUntilSubmission);
  const lengths = kinds.flatMap((kind, index) => (kind === deciding ? [files[index]?.durationSeconds] : []));
  const known = lengths.filter((seconds) => seconds !== undefined);
  return known.length < lengths.length ? undefined : known.reduce((sum, seconds) => sum + seconds, 0);
}

/** A task that was bought before needs no file any more; a new submission looks at it again. */
function ignoreUntilSubmission(error: unknown): undefined[] {
  if (isReelError(error)) return [];
  throw error;
}

async function localFileOf(
  item: InputMedia,
  request: CompleteRequest,
  readVideo: ReadVideo,
): Promise<LocalFile | undefined> {
  const kind = MEDIA_KINDS[item.role];
  const path = kind === 'address' ? undefined : localPathOf(item);
  if (kind === 'address' || path === undefined) return undefined;
  const seen = await lookAt(path, `${item.option} ${path}`);
  const found = kind === 'document' ? documentFormatOf(path, seen.head) : mediaFormatOf(seen.head);
  const limits = fileLimitsFor(request.model, kind);
  const format = fittingFormat(seen, found, kind, limits);
  refuseByHead(seen, kind, limits, request);
  const media = kind === 'video' ? (await readVideo(path)).media : soundInfoOf(seen, kind);
  refuseOutside(seen.name, media, limits);
  const { durationSeconds } = media;
  return { path, sizeBytes: seen.sizeBytes, kind, format, isInline: limits.inline, durationSeconds };
}

/** What cannot be read here may still be read there: only what is known to be wrong is refused. */
function soundInfoOf(seen: SeenInput, kind: MediaKind): MediaInfo {
  const durationSeconds = kind === 'audio' ? soundSecondsOf(seen.head) : undefined;
  return durationSeconds === undefined ? {} : { durationSeconds };
}

/**
 * Checks an image by its first bytes as a file with the same content would be checked.
 * @throws ReelError `invalid-input` for a format that is none of the provider's, or an image outside the model's limits
 */
export function checkImage(seen: SeenInput, request: CompleteRequest): void {
  const limits = fileLimitsFor(request.model, 'image');
  fittingFormat(seen, mediaFormatOf(seen.head), 'image', limits);
  refuseByHead(seen, 'image', limits, request);
}

function fittingFormat(
  { name }: SeenInput,
  found: MediaFormat | undefined,
  kind: MediaKind,
  { formats }: FileLimits,
): MediaFormat {
  if (found?.kind === kind && formats.includes(found.name)) return found;
  throw refuse(`${name} is not a file of a known ${kind} format. Allowed: ${formats.join(', ')}.`);
}

function refuseByHead(seen: SeenInput, kind: MediaKind, limits: FileLimits, { model }: CompleteRequest): void {
  const { name, sizeBytes, head } = seen;
  if (sizeBytes > limits.maxBytes) {
    throw refuse(`${name} has ${sizeBytes} bytes. Allowed: at most ${limits.maxBytes}.`);
  }
  if (limits.isOpaque && pngHasAlpha(head)) {
    throw refuse(
      `${name} is a PNG with transparency, which ${model.id} does not support. Save it without transparency.`,
    );
  }
  if (kind === 'image') refuseOutside(name, imageSizeOf(head) ?? {}, limits);
}

function refuseOutside(name: string, { width, height, durationSeconds }: MediaInfo, limits: FileLimits): void {
  const { sides, maxStretch, seconds } = limits;
  if (width !== undefined && height !== undefined) {
    const [shorter, longer] = width < height ? [width, height] : [height, width];
    const size = `${name} has ${width} × ${height} pixels`;
    if (sides && (shorter < sides.min || longer > sides.max)) {
      throw refuse(`${size}. Allowed: ${rangeText(sides)} on each side.`);
    }
    if (maxStretch !== undefined && longer > shorter * maxStretch) {
      throw refuse(`${size}. Allowed: shapes from 1:${maxStretch} to ${maxStretch}:1.`);
    }
  }
  if (durationSeconds === undefined || !seconds) return;
  if (durationSeconds + SECONDS_OF_GRACE >= seconds.min && durationSeconds - SECONDS_OF_GRACE <= seconds.max) return;
  throw refuse(`${name} is ${durationSeconds.toFixed(1)} s long. Allowed: ${rangeText(seconds)} s.`);
}

function rangeText({ min, max }: { min: number; max: number }): string {
  if (min === 0) return `at most ${max}`;
  return max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;
}

/** Wan 3.0 counts what goes in, of each kind, and what comes out. */
function refuseTooMuch(request: CompleteRequest, files: ReadonlyArray<LocalFile | undefined>): void {
  if (request.model.family !== 'wan3.0' || !request.model.limitsKnown) return;
  for (const kind of ['video', 'audio'] as const) {
    const seconds = secondsTogether(files, kind);
    if (seconds - SECONDS_OF_GRACE <= MAX_INPUT_SECONDS) continue;
    throw refuse(`${togetherText(kind, seconds)}. ${request.model.id} takes at most ${MAX_INPUT_SECONDS} s.`);
  }
  const seconds = secondsTogether(files, 'video');
  const output = request.durationSeconds ?? 0;
  if (seconds === 0 || seconds + output - SECONDS_OF_GRACE <= MAX_INPUT_AND_OUTPUT_SECONDS) return;
  throw refuse(
    `${togetherText('video', seconds)}, and durationSeconds is ${output}: ${request.model.id} allows ${MAX_INPUT_AND_OUTPUT_SECONDS} s for both.`,
  );
}

function secondsTogether(files: ReadonlyArray<LocalFile | undefined>, kind: MediaKind): number {
  return files.reduce((sum, file) => sum + (file?.kind === kind ? (file.durationSeconds ?? 0) : 0), 0);
}

function togetherText(kind: 'video' | 'audio', seconds: number): string {
  return `The local ${kind === 'video' ? 'videos' : 'sounds'} are ${seconds.toFixed(1)} s long together`;
}

/** undefined: not a local file. */
function localPathOf(item: InputMedia): string | undefined {
  const text = String(item.source);
  // One letter is a Windows drive, not a scheme.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) return text;
  if (scheme === 'file') return pathOfFileUrl(text, item.option);
  if (scheme === 'http' || scheme === 'https' || scheme === 'oss' || scheme === 'data') return undefined;
  throw refuse(`${item.option} has the scheme "${scheme}:". Allowed: http, https, oss, data, file, or a path.`);
}

function pathOfFileUrl(text: string, option: string): string {
  try {
    return fileURLToPath(text);
  } catch {
    throw refuse(`${option} is a file: URL that does not name a local file.`);
  }
}

async function lookAt(path: string, name: string): Promise<SeenInput> {
  try {
    const { size } = await stat(path);
    const handle = await open(path, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return { name, sizeBytes: size, head: buffer.subarray(0, bytesRead) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new ReelError('invalid-input', `${name} cannot be read: ${messageOf(error)}.`, {
      stage: 'submitting',
      cause: error,
    });
  }
}
