import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { diskError } from '#lib/base/disk/disk-error.server.ts';
import { errnoOf } from '#lib/base/disk/errno.ts';
import { ReelError } from '#lib/base/errors.ts';
import { jpeg } from '#lib/capture/formats/jpeg.server.ts';
import { png } from '#lib/capture/formats/png.server.ts';
import { webp } from '#lib/capture/formats/webp.server.ts';
import type { OpenAIVideoRequest, Reference } from './options.ts';

const FORMATS = [jpeg, png, webp];
/** Far above what servers take, and below what would fill the memory. */
const LARGEST_BYTES = 64 * 1024 * 1024;
const WITHOUT_CHARGE = { stage: 'submitting', billable: 'no' } as const;

/**
 * Reads the picture of a request.
 * @throws ReelError `invalid-input` when it is no JPEG, PNG or WebP, or too large; `disk…` when it cannot be read
 */
export async function referenceOf(source: OpenAIVideoRequest['inputReference']): Promise<Reference | undefined> {
  if (source === undefined) return undefined;
  if (source instanceof Blob) return fileOf(new Uint8Array(await source.arrayBuffer()));
  if (source instanceof Uint8Array) return fileOf(Uint8Array.from(source));
  if (typeof source === 'object' && 'fileId' in source) return { kind: 'file-id', fileId: source.fileId };
  const address = String(source);
  if (/^(https?:\/\/|data:)/i.test(address)) return { kind: 'url', url: address };
  return fileOf(await bytesOf(source));
}

/** One handle for the check and the reading: a path may come to name something else in between. */
async function bytesOf(path: string | URL): Promise<Uint8Array<ArrayBuffer>> {
  // Non-blocking: a FIFO without a writer would keep the call for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw invalid(`${path} is not a file.`);
    if (facts.size > LARGEST_BYTES) throw tooLarge();
    return Uint8Array.from(await file.readFile());
  } catch (error) {
    throw error instanceof ReelError ? error : unreadable(path, error);
  } finally {
    await file.close();
  }
}

function fileOf(bytes: Uint8Array<ArrayBuffer>): Reference {
  if (bytes.length > LARGEST_BYTES) throw tooLarge();
  const format = FORMATS.find(({ startsLike }) => startsLike(bytes.subarray(0, 64)));
  if (!format) throw invalid('The inputReference is neither a JPEG nor a PNG nor a WebP picture.');
  return { kind: 'file', bytes, name: `reference.${format.extension}`, mimeType: format.mimeType };
}

function unreadable(path: string | URL, error: unknown): ReelError {
  if (errnoOf(error) === 'ENOENT') return invalid(`The inputReference ${path} does not exist.`);
  return diskError(error, String(path), 'submitting', 'read');
}

function tooLarge(): ReelError {
  return invalid(`The inputReference is larger than ${LARGEST_BYTES / 1024 / 1024} MiB.`);
}

function invalid(message: string): ReelError {
  return new ReelError('invalid-input', message, WITHOUT_CHARGE);
}
