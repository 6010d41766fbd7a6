import { open, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { messageOf, ReelError } from '#lib/base/errors.ts';
import { type MediaInfo, readMedia } from '#lib/capture/media-info.server.ts';
import { type FileLimits, fileLimitsFor, MAX_INPUT_AND_OUTPUT_SECONDS, MAX_INPUT_SECONDS } from './file-limits.ts';
import { imageSizeOf } from './image-size.ts';
import {
  documentFormatOf,
  MEDIA_KINDS,
  type MediaFormat,
  type MediaKind,
  mediaFormatOf,
  pngHasAlpha,
} from './media-format.ts';
import { refuse } from './option-checks.ts';
import type { CompleteRequest, MediaItem } from './request.ts';

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
  /** Of a video, where it can be read. */
  durationSeconds: number | undefined;
}

export const HEAD_BYTES = 64 * 1024;
/** A clip of 10 s has often a frame more than that. */
const SECONDS_OF_GRACE = 0.1;

const KNOWN_FORMATS: Record<MediaKind, string> = {
  image: 'Allowed: jpeg, png, bmp, webp.',
  video: 'Allowed: mp4, mov.',
  audio: 'Allowed: wav, mp3.',
  document: 'Allowed: docx, pptx, pdf, md.',
};

/**
 * The local files among the inputs of a request, in its order; undefined for each that is an address.
 * @throws ReelError `invalid-input` for a file that is missing, of a wrong format, or outside the model's limits
 */
export async function localFilesOf(request: CompleteRequest): Promise<Array<LocalFile | undefined>> {
  const files = await Promise.all(request.media.map((item) => localFileOf(item, request)));
  refuseTooMuchVideo(request, files);
  return files;
}

async function localFileOf(item: MediaItem, request: CompleteRequest): Promise<LocalFile | undefined> {
  const kind = MEDIA_KINDS[item.role];
  const path = kind === 'address' ? undefined : localPathOf(item);
  if (kind === 'address' || path === undefined) return undefined;
  const seen = await lookAt(path, `${item.option} ${path}`);
  const found = kind === 'document' ? documentFormatOf(path, seen.head) : mediaFormatOf(seen.head);
  const format = fittingFormat(seen, found, kind);
  const limits = fileLimitsFor(request, item.role, kind);
  refuseByHead(seen, kind, limits, request);
  // What cannot be read here may still be read there: only what is known to be wrong is refused.
  const media: MediaInfo = kind === 'video' ? (await readMedia(path)).media : {};
  refuseOutside(seen.name, media, limits);
  return { path, sizeBytes: seen.sizeBytes, kind, format, durationSeconds: media.durationSeconds };
}

/**
 * Checks an image by its first bytes as a file with the same content would be checked.
 * @throws ReelError `invalid-input` for a format that is none of the provider's, or an image outside the model's limits
 */
export function checkImage(seen: SeenInput, { role }: MediaItem, request: CompleteRequest): void {
  fittingFormat(seen, mediaFormatOf(seen.head), 'image');
  refuseByHead(seen, 'image', fileLimitsFor(request, role, 'image'), request);
}

function fittingFormat({ name }: SeenInput, found: MediaFormat | undefined, kind: MediaKind): MediaFormat {
  if (found?.kind === kind) return found;
  throw refuse(`${name} is not a file of a known ${kind} format. ${KNOWN_FORMATS[kind]}`);
}

function refuseByHead(seen: SeenInput, kind: MediaKind, limits: FileLimits, { model }: CompleteRequest): void {
  const { name, sizeBytes, head } = seen;
  if (sizeBytes > limits.maxBytes) {
    throw refuse(`${name} has ${sizeBytes} bytes; the most for a file of this kind is ${limits.maxBytes}.`);
  }
  if (model.family === 'wan2.7' && pngHasAlpha(head)) {
    throw refuse(`${name} is a PNG with transparency, which ${model.id} refuses. Save it without.`);
  }
  if (kind === 'image') refuseOutside(name, imageSizeOf(head) ?? {}, limits);
}

function refuseOutside(name: string, { width, height, durationSeconds }: MediaInfo, limits: FileLimits): void {
  const { sides, maxStretch, seconds } = limits;
  if (width !== undefined && height !== undefined) {
    const [shorter, longer] = width < height ? [width, height] : [height, width];
    const size = `${name} has ${width} × ${height} pixels`;
    if (sides && (shorter < sides.min || longer > sides.max)) {
      throw refuse(`${size}. Allowed: ${sides.min} to ${sides.max} on each side.`);
    }
    if (maxStretch !== undefined && longer > shorter * maxStretch) {
      throw refuse(`${size}. Allowed: shapes from 1:${maxStretch} to ${maxStretch}:1.`);
    }
  }
  if (durationSeconds === undefined || !seconds) return;
  if (durationSeconds + SECONDS_OF_GRACE >= seconds.min && durationSeconds - SECONDS_OF_GRACE <= seconds.max) return;
  throw refuse(`${name} is ${durationSeconds.toFixed(1)} s long. Allowed: ${seconds.min} to ${seconds.max} s.`);
}

/** Wan 3.0 counts what goes in and what comes out. */
function refuseTooMuchVideo(request: CompleteRequest, files: ReadonlyArray<LocalFile | undefined>): void {
  if (request.model.family !== 'wan3.0') return;
  const seconds = files.reduce((sum, file) => sum + (file?.durationSeconds ?? 0), 0);
  const known = `The local videos are ${seconds.toFixed(1)} s long together`;
  if (seconds - SECONDS_OF_GRACE > MAX_INPUT_SECONDS) {
    throw refuse(`${known}. ${request.model.id} takes at most ${MAX_INPUT_SECONDS} s.`);
  }
  const output = request.durationSeconds ?? 0;
  if (seconds === 0 || seconds + output - SECONDS_OF_GRACE <= MAX_INPUT_AND_OUTPUT_SECONDS) return;
  throw refuse(
    `${known}, and durationSeconds is ${output}: ${request.model.id} allows ${MAX_INPUT_AND_OUTPUT_SECONDS} s for both.`,
  );
}

/** undefined: not a local file. */
function localPathOf(item: MediaItem): string | undefined {
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
    throw refuse(`${option} is a file: URL that names no file of this machine.`);
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
