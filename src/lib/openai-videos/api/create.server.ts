import { z } from 'zod';
import { abortError, throwIfAborted } from '#lib/base/clock.ts';
import { ReelError, withContext } from '#lib/base/errors.ts';
import type { HttpAnswer, HttpFailure } from '#lib/base/http/exchange.server.ts';
import { graceAfter } from '#lib/base/http/grace.ts';
import { redactText } from '#lib/base/redact.ts';
import { serviceError, UNKNOWN_OUTCOME_ADVICE } from '#lib/openai-videos/answers/errors.ts';
import { type OpenAIVideo, videoOf } from '#lib/openai-videos/answers/video.ts';
import { isSuccess, networkError, type VideosApi } from './calls.server.ts';
import { type Encoding, EncodingMemory } from './encoding-memory.ts';
import type { CreateOptions, Reference, RequestEncoding } from './options.ts';
import { formBody, jsonBody, type WireFields } from './request-body.server.ts';

export interface Creation extends CreateOptions {
  path: string;
  fields: WireFields;
  reference?: Reference | undefined;
  encoding: RequestEncoding;
}

/** Closing the connection does not stop a job, it only loses its id: so a cancelled caller waits this long for the answer. */
const ABORT_GRACE_MS = 5000;
/** Refusals of a request that could not be read, before there is a job. */
const UNREAD: ReadonlySet<number> = new Set([400, 415, 422]);

/** What came of one POST. `status` is undefined without an answer. */
type Sent = { kind: 'video'; video: OpenAIVideo } | { kind: 'refused'; error: ReelError; status?: number | undefined };

/**
 * Sends the request that makes a video, which costs money. It is never repeated; only where the encoding is to be found
 * out, and the server has refused the first one with 400, 415 or 422, the other one is sent, once.
 * @throws ReelError `unknown-outcome` (billable maybe) when a job may exist, else the refusal (billable no)
 */
export async function createOnce(api: VideosApi, creation: Creation): Promise<OpenAIVideo> {
  const { encoding } = creation;
  if (encoding === 'auto') return createInEither(api, creation);
  const sent = await send(api, creation, encoding);
  if (sent.kind === 'refused') throw sent.error;
  return sent.video;
}

async function createInEither(api: VideosApi, creation: Creation): Promise<OpenAIVideo> {
  const memory = new EncodingMemory(api.settings.endpoint, creation.reference?.kind === 'file');
  const known = memory.get();
  // A form is what the official client sends.
  const first = known ?? 'multipart';
  const sent = await send(api, creation, first);
  if (sent.kind === 'video') return remembered(memory, first, sent.video);
  // What a server has read before it can read: it then refuses what was asked for.
  const isUnread = sent.status === 415 || (known === undefined && UNREAD.has(sent.status ?? 0));
  if (known !== undefined && UNREAD.has(sent.status ?? 0)) memory.forget();
  if (!isUnread || sent.error.code !== 'invalid-input') throw sent.error;
  const second = first === 'json' ? 'multipart' : 'json';
  const other = await send(api, creation, second);
  if (other.kind === 'video') return remembered(memory, second, other.video);
  throw other.error.billable === 'no' ? bothRefused(sent.error, other.error, second) : other.error;
}

function remembered(memory: EncodingMemory, encoding: Encoding, video: OpenAIVideo): OpenAIVideo {
  memory.set(encoding);
  return video;
}

/** Which of the two is about the request, only a reader can tell. */
function bothRefused(first: ReelError, second: ReelError, encoding: Encoding): ReelError {
  return withContext(first, { advice: `Sent as ${encoding}: ${second.message}` });
}

async function send(api: VideosApi, creation: Creation, encoding: Encoding): Promise<Sent> {
  throwIfAborted(creation.signal);
  await creation.beforeSend?.();
  // It may have taken long.
  throwIfAborted(creation.signal);
  const result = await post(api, creation, encoding);
  const video = result.kind === 'answer' ? jobIn(result) : undefined;
  return video ? { kind: 'video', video } : { kind: 'refused', ...refusalOf(api, result) };
}

async function post(api: VideosApi, creation: Creation, encoding: Encoding): Promise<HttpAnswer | HttpFailure> {
  const { path, fields, reference, idempotencyKey, signal, timeoutMs } = creation;
  const grace = graceAfter(signal, ABORT_GRACE_MS, api.settings.clock);
  try {
    return await api.exchange({
      method: 'POST',
      path,
      headers: { ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }) },
      body: encoding === 'json' ? jsonBody(fields, reference) : formBody(fields, reference),
      freshConnection: true,
      signal: grace.signal,
      timeoutMs,
    });
  } finally {
    grace.dispose();
  }
}

function refusalOf(
  api: VideosApi,
  result: HttpAnswer | HttpFailure,
): { error: ReelError; status?: number | undefined } {
  if (result.kind === 'failure') return { error: lostConnection(result) };
  const problem = api.problemOf('create', result);
  if (isSuccess(problem.httpStatus ?? 0)) {
    const what = `The server sent an answer without the id of the video. ${UNKNOWN_OUTCOME_ADVICE}`;
    return { error: unknownOutcome(what, problem.requestId) };
  }
  return { error: serviceError(problem), status: problem.httpStatus };
}

const underWay = z.object({ status: z.string().min(1), error: z.null().optional() });

/**
 * A gateway that fails or refuses after the server has answered may pass the job on: then it is known which video was
 * bought. Beside a refusal the id is that of a job only where a job's status stands: errors have ids, too.
 */
function jobIn({ status, body }: HttpAnswer): OpenAIVideo | undefined {
  const video = videoOf(body);
  if (isSuccess(status) || status >= 500) return video;
  return video?.status !== 'failed' && underWay.safeParse(body).success ? video : undefined;
}

function lostConnection(failure: HttpFailure): ReelError {
  const context = { stage: 'submitting', billable: 'no' } as const;
  if (failure.surelyNotSent) {
    return failure.reason === 'aborted' ? withContext(abortError(), context) : networkError(failure, context);
  }
  const isAborted = failure.reason === 'aborted';
  const why = isAborted ? 'cancelled while the request was under way' : redactText(failure.message).slice(0, 200);
  const what = `The answer to the creation was lost (${why}). ${UNKNOWN_OUTCOME_ADVICE}`;
  return unknownOutcome(what, undefined, failure.cause);
}

function unknownOutcome(message: string, requestId: string | undefined, cause?: unknown): ReelError {
  return new ReelError('unknown-outcome', message, { stage: 'submitting', billable: 'maybe', requestId, cause });
}
