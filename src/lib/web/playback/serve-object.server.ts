import { isReelError } from '#lib/base/errors.ts';
import type { ByteRange } from '#lib/base/http/byte-range.ts';
import { ProblemError } from '#lib/web/http/problem.ts';

/** What a viewer may spend on a film beyond its length: pauses, seeking, a night. */
const BEYOND_FILM_SECONDS = 6 * 3600;
/** Of a film whose length is not known. */
const LONG_FILM_SECONDS = 3600;
/** Between the signature and its use. */
const SPARE_SECONDS = 60;

/** What the record says of a film in object storage. */
interface Film {
  sizeBytes: number;
  sha256: string | undefined;
  durationSeconds?: number | undefined;
  mimeType?: string | undefined;
}

/** The object itself. */
export interface PlayableObject {
  name: string;
  open(range?: ByteRange): Promise<ReadableStream<Uint8Array>>;
  /** A link for visitors, and how long it really lives. */
  link(expiresInSeconds: number): Promise<{ url: string; livesSeconds: number } | undefined>;
}

/** A file in a store. */
export interface StoredFile extends Film {
  name: string;
  mimeType: string;
  assets: {
    open(name: string, range?: ByteRange): Promise<ReadableStream<Uint8Array>>;
    address(name: string, options: { expiresInSeconds: number }): Promise<URL | undefined>;
  };
}

export function assetObject({ assets, name }: Pick<StoredFile, 'assets' | 'name'>): PlayableObject {
  return {
    name,
    open: (range) => assets.open(name, range),
    async link(expiresInSeconds) {
      const url = await assets.address(name, { expiresInSeconds });
      return url && { url: url.href, livesSeconds: Number(url.searchParams.get('X-Amz-Expires') ?? 0) };
    },
  };
}

/** A film in object storage, as its record describes it. Nothing is asked of the store until the body is opened. */
export function openedObject({ sizeBytes: size, sha256 }: Film, object: PlayableObject) {
  return {
    size,
    etag: sha256 === undefined ? `W/"${size}-${object.name}"` : `"${sha256}"`,
    open: (range: ByteRange, leave: () => void) => openBody(size, object, range, leave),
  };
}

/**
 * The redirect to a presigned link. Undefined where the bytes have to come through this
 * server: the store refuses a request with an `Authorization` header beside its signature, a page's script may not read what
 * another origin sends, and a link that dies before the film ends would break it off.
 */
export async function redirectTo(
  object: PlayableObject,
  { durationSeconds = LONG_FILM_SECONDS, mimeType }: Film,
  { headers }: Request,
): Promise<Response | undefined> {
  if (headers.has('authorization') || isForScript(headers, mimeType)) return undefined;
  const expiresInSeconds = Math.ceil(durationSeconds) + BEYOND_FILM_SECONDS;
  const link = await object.link(expiresInSeconds);
  if (!link || link.livesSeconds < durationSeconds + SPARE_SECONDS) return undefined;
  return new Response(null, {
    status: 302,
    // A link kept longer than it lives would be a film that does not play.
    headers: { location: link.url, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' },
  });
}

/** Browsers say so only to a server with a certificate or on the same machine; the index of a sprite sheet always is. */
function isForScript(headers: Headers, mimeType: string | undefined): boolean {
  return headers.get('sec-fetch-dest') === 'empty' || (mimeType?.startsWith('text/vtt') ?? false);
}

async function openBody(size: number, object: PlayableObject, range: ByteRange, leave: () => void) {
  try {
    const isWhole = range.start === 0 && range.end >= size - 1;
    return ending(await object.open(isWhole ? undefined : range), leave);
  } catch (error) {
    leave();
    if (!isReelError(error) || error.code !== 'not-found') throw error;
    throw new ProblemError('not-found', 'The film is gone from object storage. Run the audit to see what can be done.');
  }
}

/** The same bytes; `leave` is called once when they end, fail or are not wanted any more. */
function ending(body: ReadableStream<Uint8Array>, leave: () => void): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (value) controller.enqueue(value);
          if (!done) return;
          leave();
          controller.close();
        } catch (error) {
          leave();
          throw error;
        }
      },
      cancel(reason) {
        leave();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
