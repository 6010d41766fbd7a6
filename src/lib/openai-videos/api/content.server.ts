import { isReelError, ReelError, withContext } from '#lib/base/errors.ts';
import { parseAnswer } from '#lib/base/http/answer-body.server.ts';
import { redactText } from '#lib/base/redact.ts';
import { openAsset } from '#lib/capture/capture.server.ts';
import { jpeg, mov, mp4, png, webm, webp } from '#lib/capture/formats/formats.server.ts';
import type { AssetFormat, CaptureOptions } from '#lib/capture/types.ts';
import { serviceError } from '#lib/openai-videos/answers/errors.ts';
import { isSuccess, type VideosApi } from './calls.server.ts';
import type { ContentLink, OpenAIVideoVariant } from './options.ts';

export interface ContentCall {
  id: string;
  variant: OpenAIVideoVariant;
  link: ContentLink;
}

/** Documented is WebP for thumbnails and JPEG for sprite sheets; any picture is one. MP4 takes every brand: last. */
const FORMATS: Record<OpenAIVideoVariant, readonly AssetFormat[]> = {
  video: [webm, mov, mp4],
  thumbnail: [webp, jpeg, png],
  spritesheet: [jpeg, webp, png],
};
const ALL_FORMATS = Object.values(FORMATS).flat();
const SNIFF_BYTES = Math.max(...ALL_FORMATS.map(({ sniffBytes }) => sniffBytes));
/** Of an answer that is not the content. */
const EXCERPT_BYTES = 64 * 1024;

type Reader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/**
 * The content of a video. What it is, its first bytes decide: servers name wrong types, answer errors with 200, or send
 * the film for every variant.
 * @throws ReelError
 */
export async function openContent(api: VideosApi, call: ContentCall, options: CaptureOptions): Promise<Response> {
  const context = { taskId: call.id, stage: 'downloading', billable: 'yes' } as const;
  const { status, headers, body } = await openAsset(call.link, options).catch((error: unknown) => {
    throw isReelError(error) ? withContext(error, context) : error;
  });
  const reader = body.getReader();
  try {
    const opening = await readAtLeast(reader, isSuccess(status) ? SNIFF_BYTES : EXCERPT_BYTES);
    const format = isSuccess(status) ? FORMATS[call.variant].find((one) => one.startsLike(opening)) : undefined;
    if (!format) throw await otherContent(api, call, { status, headers, opening, reader });
    return new Response(joined(opening, reader), { headers: headersOf(headers, format) });
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw isReelError(error) ? withContext(error, context) : error;
  }
}

/** Type as its bytes show it; the length, the validator and the range as they were stated. */
function headersOf(headers: ReadonlyMap<string, string>, { mimeType }: AssetFormat): Record<string, string> {
  const kept = ['content-length', 'etag', 'last-modified'].flatMap((name) => {
    const value = headers.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return { 'content-type': mimeType, ...Object.fromEntries(kept) };
}

async function otherContent(
  api: VideosApi,
  { id, variant }: ContentCall,
  answer: { status: number; headers: ReadonlyMap<string, string>; opening: Uint8Array; reader: Reader },
): Promise<ReelError> {
  const sent = ALL_FORMATS.find((format) => format.startsLike(answer.opening));
  if (isSuccess(answer.status) && sent) {
    const message = `The server has no ${variant} of video ${id}: it sent a ${sent.title} in its place.`;
    return new ReelError('not-a-video', message);
  }
  const bytes = concat([answer.opening, await readAtLeast(answer.reader, EXCERPT_BYTES - answer.opening.length)]);
  const parsed = parseAnswer(bytes, answer.headers.get('content-encoding'));
  const body = parsed === 'too-large' ? undefined : parsed.json;
  const problem = api.problemOf(
    'content',
    { status: answer.status, headers: Object.fromEntries(answer.headers), body },
    id,
  );
  if (!isSuccess(problem.httpStatus ?? 0)) return serviceError(problem);
  const said = problem.message === undefined ? '' : `: “${redactText(problem.message).slice(0, 300)}”`;
  return new ReelError('not-a-video', `The server sent no ${variant} of video ${id}${said}.`, { retryable: true });
}

/** Fewer at the end of the body only. */
async function readAtLeast(reader: Reader, wantedBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let sizeBytes = 0;
  while (sizeBytes < wantedBytes) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    sizeBytes += value.length;
  }
  return concat(pieces);
}

function concat(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(pieces));
}

function joined(opening: Uint8Array<ArrayBuffer>, reader: Reader): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(opening),
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
