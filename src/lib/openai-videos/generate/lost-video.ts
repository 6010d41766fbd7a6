import { isReelError } from '#lib/base/errors.ts';
import type { SubmissionQuery } from '#lib/jobs/provider.ts';
import type { Candidate } from '#lib/jobs/record/job-record.ts';
import { likenessOf } from '#lib/jobs/submit/prompt-likeness.ts';
import type { OpenAIVideo } from '#lib/openai-videos/answers/video.ts';
import type { CallOptions, ListOptions } from '#lib/openai-videos/api/options.ts';
import type { StoredRequest } from './order.ts';

/** What looking for a video needs of the client. */
export interface VideoLookup {
  list(options?: ListOptions): AsyncIterable<OpenAIVideo>;
  retrieve(id: string, options?: CallOptions): Promise<OpenAIVideo>;
}

/** The newest are read first; what was made before so many others is not what a request made some minutes ago. */
const MOST_ROWS = 5000;
/** Rows without a prompt that are looked at one by one. */
const MOST_LOOKS = 200;

/**
 * The videos on the server's list that a request may have made: same prompt, and model, size and length where they are
 * shown. One that differs in those is only similar: servers answer other names of models and round sizes.
 */
export async function findVideos(
  client: VideoLookup,
  { request, except, signal }: SubmissionQuery<StoredRequest>,
): Promise<Candidate[] | 'not-offered'> {
  const candidates: Candidate[] = [];
  let rows = 0;
  let looks = 0;
  try {
    for await (const row of client.list({ signal })) {
      rows += 1;
      if (rows > MOST_ROWS) break;
      if (except.has(row.id)) continue;
      const mayLook = row.prompt === undefined && looks < MOST_LOOKS;
      if (mayLook) looks += 1;
      const candidate = compare(mayLook ? await lookAt(client, row, signal) : row, request);
      if (candidate) candidates.push(candidate);
    }
  } catch (error) {
    // 404, 405 or 501: this server has no list.
    if (isReelError(error) && rows === 0 && (error.code === 'not-found' || isNotImplemented(error)))
      return 'not-offered';
    throw error;
  }
  return candidates;
}

function isNotImplemented({ code, retryable }: { code: string; retryable: boolean }): boolean {
  return code === 'provider-failed' && !retryable;
}

/** With what only the video itself shows. */
async function lookAt(client: VideoLookup, row: OpenAIVideo, signal: AbortSignal): Promise<OpenAIVideo> {
  try {
    return { ...row, ...(await client.retrieve(row.id, { signal })) };
  } catch (error) {
    if (isReelError(error) && error.code === 'aborted') throw error;
    // It may be anybody's.
    return row;
  }
}

function compare(video: OpenAIVideo, request: StoredRequest): Candidate | undefined {
  const { id: taskId, status, createdAt, prompt } = video;
  const facts = { taskId, status, submittedAt: createdAt?.toISOString() };
  if (prompt === undefined) {
    // A failed one cannot be delivered.
    return status === 'failed' || status === 'cancelled' ? undefined : { ...facts, isCertain: false };
  }
  const likeness = likenessOf(prompt, request.prompt);
  if (likeness === 'different') return undefined;
  const isOurs = likeness === 'same' && isSameOrder(video, request);
  return { ...facts, isCertain: isOurs, ...(!isOurs && { isSimilar: true }) };
}

function isSameOrder({ model, size, seconds }: OpenAIVideo, asked: StoredRequest): boolean {
  const isModel = model === undefined || asked.model === undefined || lastPart(model) === lastPart(asked.model);
  const isSize = size === undefined || asked.size === undefined || size === asked.size;
  const isLength = seconds === undefined || asked.seconds === undefined || seconds === Number(asked.seconds);
  return isModel && isSize && isLength;
}

/** Gateways put the provider's name before it. */
function lastPart(model: string): string {
  return model.replace(/^.*\//, '');
}
