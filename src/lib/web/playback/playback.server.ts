import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { streamFile } from '#lib/base/disk/file-stream.server.ts';
import type { ByteRange } from '#lib/base/http/byte-range.ts';
import { lengthOf, planOf } from '#lib/base/http/file-plan.ts';
import { readSettings } from '#lib/config.ts';
import {
  type CapturedFile,
  capturedFile,
  filmFault,
  filmObject,
  findVideo,
  keptVersions,
  parsePictureName,
  parseVersionName,
  pictureFile,
  type VideoMetadata,
  versionFile,
  versionsOf,
} from '#lib/wanx/index.ts';
import { slugSchema } from '#lib/wanx/spot.ts';
import { Places } from '#lib/web/access/places.ts';
import { ProblemError, problem } from '#lib/web/http/problem.ts';
import { assetObject, openedObject, type PlayableObject, redirectTo, type StoredFile } from './serve-object.server.ts';
import { versionOf } from './source.ts';

// Each keeps a file and a socket open as long as its client reads; a browser opens six connections to one server.
const places = new Places({ most: 512, mostEach: 128 });
// Undefined on Windows.
const NO_LINKS = constants.O_NOFOLLOW ?? 0;

/**
 * Serves GET and HEAD for a captured file: all of it, one range, or 304. Only files owned by a record are served; the name
 * is looked up in the records and never used as a path.
 * @param visitor identifies the client, if it is known; no single one may hold all files open
 * @throws ProblemError `not-found`; `rate-limited` while too many films are being sent
 */
export async function playVideo(name: string, request: Request, url: URL, visitor?: string): Promise<Response> {
  return serveFile(await findFile(name), request, url, visitor);
}

/** As `playVideo`, for a file that a record has led to. */
export async function serveFile(file: CapturedFile, request: Request, url: URL, visitor?: string): Promise<Response> {
  return serveOpened(file, await openFile(file), request, url, visitor);
}

/** As `playVideo`, for a file in a store that a record has led to. */
export async function serveAsset(file: StoredFile, request: Request, url: URL, visitor?: string): Promise<Response> {
  const object = assetObject(file);
  return serveOpened(file, { ...openedObject(file, object), close: async () => {}, object }, request, url, visitor);
}

async function serveOpened(
  file: ServedFile,
  { size, etag, open, close, object }: OpenedFile,
  request: Request,
  url: URL,
  visitor: string | undefined,
): Promise<Response> {
  const headers = headersOf(file, etag, url);
  const plan = planOf(request, size, etag);
  const isWanted = plan.kind === 'bytes' && request.method === 'GET';
  const remote = isWanted && readSettings().playback === 'redirect' ? object : undefined;
  const redirect = remote && (await redirectTo(remote, file, request));
  if (redirect) return redirect;
  const body = isWanted ? await openBody(plan.range, { open, close }, visitor) : null;
  if (body === null) await close();
  switch (plan.kind) {
    case 'not-modified':
      return new Response(null, { status: 304, headers });
    case 'precondition-failed':
      return problem('precondition-failed', 'If-Match refers to another version of the file.');
    case 'unsatisfiable':
      return problem('range-not-satisfiable', `The file has ${size} bytes.`, {
        headers: { 'content-range': `bytes */${size}`, 'accept-ranges': 'bytes' },
      });
    case 'bytes':
      return new Response(body, { status: plan.isPart ? 206 : 200, headers: { ...headers, ...lengthOf(plan, size) } });
  }
}

type ServedFile = Pick<CapturedFile, 'sizeBytes' | 'sha256' | 'mimeType' | 'durationSeconds'>;

async function findFile(name: string): Promise<CapturedFile> {
  const picture = parsePictureName(name);
  if (picture) return findPicture(name, picture.stem);
  const settings = readSettings();
  const version = parseVersionName(name);
  for (const [spotId, eraId] of keysOf(version?.name ?? name)) {
    const record = await findVideo(spotId, eraId);
    if (record && version && !version.isDeleted && !isCurrent(record, version.version)) {
      const film = keptVersions(versionsOf(record)).find((one) => one.version === version.version);
      const found = film && versionFile(settings, record, film);
      if (found && 'fault' in found) throw new ProblemError('not-found', found.fault.message);
      if (found) return found;
      continue;
    }
    if (version?.isDeleted) continue;
    const file = record && capturedFile(settings, record);
    if (file) return file;
    const fault = record && filmFault(settings, record);
    if (fault) throw new ProblemError('not-found', fault.message);
  }
  throw noSuchVideo();
}

/** @param stem of the film that it belongs to, with its number */
async function findPicture(name: string, stem: string): Promise<CapturedFile> {
  const settings = readSettings();
  for (const [spotId, eraId] of keysOf(`${stem.replace(/\.v\d+$/, '')}.mp4`)) {
    const record = await findVideo(spotId, eraId);
    const file = record && pictureFile(settings, record, name);
    if (file) return file;
  }
  throw new ProblemError('not-found', 'There is no picture with this name.');
}

/** A former film that has become the current one again is the same film under either name. */
function isCurrent(record: VideoMetadata, version: number): boolean {
  return versionsOf(record).current === version;
}

/** The keys that a file name can stand for: any hyphen can be the one between the two ids. */
function keysOf(name: string): Array<readonly [spotId: string, eraId: string]> {
  const [, stem = ''] = /^([a-z0-9-]{1,130})\.mp4$/.exec(name) ?? [];
  return [...stem.matchAll(/-/g)]
    .map(({ index }) => [stem.slice(0, index), stem.slice(index + 1)] as const)
    .filter((ids) => ids.every((id) => slugSchema.safeParse(id).success));
}

async function openBody(
  range: ByteRange,
  { open, close }: Pick<OpenedFile, 'open' | 'close'>,
  visitor?: string,
): Promise<ReadableStream<Uint8Array>> {
  const leave = places.take(visitor);
  if (typeof leave === 'function') return open(range, leave);
  await close();
  const options = { headers: { 'retry-after': '5' }, retryable: true };
  throw new ProblemError(
    'rate-limited',
    'Too many films are being sent. Wait until some of them have finished.',
    options,
  );
}

interface OpenedFile {
  size: number;
  etag: string;
  /** @param leave called once when the body has ended, however it ends */
  open(range: ByteRange, leave: () => void): ReadableStream<Uint8Array> | Promise<ReadableStream<Uint8Array>>;
  /** For one whose body is not opened. */
  close(): Promise<void>;
  /** Where it is, in object storage. */
  object?: PlayableObject;
}

async function openFile(file: CapturedFile): Promise<OpenedFile> {
  const object = file.object && filmObject(file.object);
  if (object) return { ...openedObject(file, object), close: async () => {}, object };
  const handle = await open(file.path, constants.O_RDONLY | NO_LINKS).catch(() => undefined);
  if (!handle) throw noSuchVideo();
  const found = await handle.stat({ bigint: true });
  // A regenerated file may just have replaced it; its record will follow in a moment.
  if (!found.isFile() || Number(found.size) !== file.sizeBytes) {
    await handle.close();
    throw noSuchVideo();
  }
  const etag = file.sha256 === undefined ? `W/"${found.size}-${found.mtimeNs}"` : `"${file.sha256}"`;
  return {
    ...{ size: file.sizeBytes, etag },
    open: (range, leave) => streamFile(handle, range, leave),
    close: () => handle.close(),
  };
}

function noSuchVideo(): ProblemError {
  return new ProblemError('not-found', 'There is no finished video with this name.');
}

function headersOf({ sha256, mimeType = 'video/mp4' }: ServedFile, etag: string, url: URL): Record<string, string> {
  const isThisVersion = sha256 !== undefined && url.searchParams.get('v') === versionOf(sha256);
  return {
    'content-type': mimeType,
    'accept-ranges': 'bytes',
    etag,
    // A URL with the hash never changes its content; one with the bare name changes with the next generation.
    'cache-control': isThisVersion ? 'public, max-age=31536000, immutable' : 'public, no-cache',
  };
}
