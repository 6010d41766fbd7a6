import { isReelError, ReelError } from '#lib/base/errors.ts';
import type { AssetFacts, AssetRange } from './asset-store.ts';

/** The limit of S3, in bytes; and of one part of a path, less what a temporary file's name adds. */
const LONGEST_NAME_BYTES = 1024;
const LONGEST_PART_BYTES = 200;
/** Forbidden path segments: `.`, `..`, hidden files, and names with a special meaning to Windows or a shell. */
const BAD_PART = /^\.|[\\:*?"<>|\p{Cc}]|[. ]$/u;
/** Files that captures write next to the final file: the part file, its sidecar and its lock. */
const PART_FILE = /\.part(\.(json|lock)(\.\d+)?)?$/;
const encoder = new TextEncoder();

/** @throws ReelError `invalid-input` for anything but a relative path, or for a name reserved for unfinished files */
export function assertAssetName(name: string): void {
  if (isAssetName(name)) return;
  const rule = 'parts joined by "/", none of them empty, hidden or "..", and no ".part" at the end';
  throw refusal(`${JSON.stringify(name.slice(0, 200))} is not a valid asset name. A name is a relative path: ${rule}.`);
}

export function isAssetName(name: string): boolean {
  if (encoder.encode(name).length > LONGEST_NAME_BYTES || PART_FILE.test(name)) return false;
  return name.split('/').every(isPart);
}

/** May end within a path segment. @throws ReelError `invalid-input` */
export function assertAssetPrefix(prefix: string): void {
  const parts = prefix.split('/');
  const last = parts.pop();
  if (parts.every(isPart) && (last === '' || isPart(`${last}x`))) return;
  throw refusal(`${JSON.stringify(prefix.slice(0, 200))} cannot be the prefix of an asset name.`);
}

function isPart(part: string): boolean {
  return part !== '' && encoder.encode(part).length <= LONGEST_PART_BYTES && !BAD_PART.test(part);
}

/** @throws ReelError `invalid-input` for facts that the bytes cannot be checked against */
export function assertFacts({ sizeBytes, sha256 }: AssetFacts): void {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) throw refusal(`A size of ${sizeBytes} bytes is not valid.`);
  if (!/^[0-9a-f]{64}$/.test(sha256)) throw refusal('sha256 must be 64 lower-case hexadecimal digits.');
}

/**
 * The first and the last byte of a range in a file of this size.
 * @throws ReelError `invalid-input`
 */
export function bytesOf(range: AssetRange | undefined, sizeBytes: number): { start: number; end: number } {
  const { start, end = sizeBytes - 1 } = range ?? { start: 0 };
  const first = start < 0 ? Math.max(0, sizeBytes + start) : start;
  const last = Math.min(end, sizeBytes - 1);
  const isWhole = range === undefined;
  if (isWhole || (Number.isSafeInteger(start) && Number.isSafeInteger(end) && first <= last)) {
    return { start: first, end: last };
  }
  throw refusal(`Bytes ${start} to ${end} are outside a file of ${sizeBytes} bytes.`);
}

export function nameIsTaken(name: string): ReelError {
  const advice = 'It was left as it is. Choose another name, or remove it first.';
  return refusal(`Another file is already stored as ${name}. ${advice}`);
}

/** The cause of a refusal to use a name of which nobody may say whether it is free. */
class UnknownName extends Error {}

/** @param reason in a sentence, with what to do */
export function nameIsUnknown(reason: string, cause: unknown): ReelError {
  return new ReelError('auth', reason, { stage: 'recording', cause: new UnknownName('unknown name', { cause }) });
}

/** Whether `put` failed because of the name alone: a file of another name can be stored. */
export function isNameUnusable(error: unknown): boolean {
  return isReelError(error) && (error.code === 'invalid-input' || error.cause instanceof UnknownName);
}

export function noSuchAsset(name: string): ReelError {
  return new ReelError('not-found', `Nothing is stored as ${name}.`, { stage: 'recording' });
}

/**
 * `clip.mp4` -> `clip~7.mp4`: for a file whose plain name another file has.
 * @param mark what no other file has: the fence of the record's lease, or a part of the content's hash
 */
export function nameOfOwn(name: string, mark: number | string): string {
  return name.replace(/(\.[^./]+)?$/, (extension) => `~${mark}${extension}`);
}

function refusal(message: string): ReelError {
  return new ReelError('invalid-input', message, { stage: 'recording' });
}
