import * as z from 'zod';
import { retryAfterMs } from '#lib/base/backoff.ts';
import { type ErrorCode, isReelError, messageOf, ReelError, type ReelErrorOptions } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import { fittingText } from '#lib/notion/values/text.ts';

/**
 * An error of the official client, by its shape: loading the client only to recognise its classes would take longer than
 * everything else.
 */
const answerSchema = z.looseObject({
  status: z.number(),
  code: z.string(),
  message: z.string(),
  headers: z.unknown(),
  request_id: z.string().optional(),
});
const headersSchema = z.record(z.string(), z.union([z.string(), z.array(z.string())]).optional());

/** Refusals count only with Notion's own code: a proxy or a wrong address may answer any status. */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  unauthorized: 'auth',
  restricted_resource: 'rejected',
  object_not_found: 'not-found',
  validation_error: 'invalid-input',
  invalid_json: 'invalid-input',
  invalid_request: 'invalid-input',
  invalid_request_url: 'invalid-input',
  conflict_error: 'busy',
  rate_limited: 'rate-limited',
  service_overload: 'rate-limited',
};
/** Whoever answers them, they mean the same. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'auth',
  409: 'busy',
  429: 'rate-limited',
  529: 'rate-limited',
};
const LONGEST_MESSAGE = 500;

/** Any failure of a request as a ReelError; see `NotionConnection` for the codes. */
export function notionError(error: unknown, nowMs: number): ReelError {
  if (isReelError(error)) return error;
  if (isWrongPath(error)) {
    return new ReelError('invalid-input', 'This cannot be the id of a Notion page. Correct the page id.', {
      cause: error,
    });
  }
  const answer = answerSchema.safeParse(error).data;
  if (!answer) {
    const detail = fittingText(redactText(messageOf(error)), LONGEST_MESSAGE);
    return new ReelError('provider-failed', `Notion gave an answer that cannot be read: ${detail}`, {
      retryable: true,
      cause: error,
    });
  }
  const code = codeOf(answer);
  const headers = headersSchema.safeParse(answer.headers).data;
  const options: ReelErrorOptions = {
    requestId: answer.request_id,
    retryAfterMs: retryAfterMs(headers?.['retry-after'], nowMs),
    retryable: code === 'provider-failed' || code === 'rate-limited' || code === 'busy',
    cause: error,
  };
  const message = fittingText(redactText(answer.message), LONGEST_MESSAGE);
  return new ReelError(code, `${wordsFor(code)} (${answer.status} ${answer.code}): ${message}`, options);
}

/** The client sends nothing for an id with `..` in it. */
function isWrongPath(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'notionhq_client_invalid_path_parameter';
}

function codeOf({ status, code }: { status: number; code: string }): ErrorCode {
  return (Object.hasOwn(REFUSALS, code) ? REFUSALS[code] : undefined) ?? BY_STATUS[status] ?? 'provider-failed';
}

function wordsFor(code: ErrorCode): string {
  if (code === 'auth') return 'Notion rejects the token; check NOTION_TOKEN';
  if (code === 'rate-limited') return 'Notion asks for fewer requests';
  if (code === 'busy') return 'Somebody else is changing the page';
  if (code === 'provider-failed') return 'Notion could not answer';
  return 'Notion refuses the request';
}
