import { abortError, throwIfAborted } from '#lib/base/clock.ts';
import { ReelError, withContext } from '#lib/base/errors.ts';
import type { HttpAnswer, HttpFailure } from '#lib/base/http/exchange.server.ts';
import { graceAfter } from '#lib/base/http/grace.ts';
import { redactText } from '#lib/base/redact.ts';
import { isSurelyRefused } from '#lib/fal/answers/error-rules.ts';
import { type FalHandle, submittedOf } from '#lib/fal/answers/submitted.ts';
import { type FalApi, isSuccess, networkError } from './fal-api.server.ts';

export interface Submission {
  modelId: string;
  input: Record<string, unknown>;
  /** How long the media of the result are to live, in seconds; undefined: as the account has it. */
  mediaLifetimeSeconds: number | undefined;
  /** Where fal tells of the end. */
  webhookUrl: string | undefined;
  signal: AbortSignal;
  /** Called just before the request leaves; if it rejects, nothing is sent. */
  beforeSend(): Promise<void>;
}

/** Closing the connection does not stop a request, it only loses its id: so a cancelled caller waits this long for the answer. */
const ABORT_GRACE_MS = 5000;
const ADVICE = 'It may have been accepted and charged, and is not sent again by itself.';

/**
 * Sends the one POST that costs money. Never repeated.
 * @throws ReelError `unknown-outcome` (billable maybe) when it may have been accepted, else the refusal (billable no)
 */
export async function submitOnce(
  api: FalApi,
  submission: Submission,
): Promise<{ requestId: string; handle: FalHandle }> {
  throwIfAborted(submission.signal);
  await submission.beforeSend();
  const result = await post(api, submission);
  if (result.kind === 'failure') throw lostConnection(result);
  const accepted = acceptedIn(result);
  if (!accepted) throw refusal(api, result);
  const { requestId, ...handle } = accepted;
  return { requestId, handle };
}

/**
 * A gateway that fails or refuses after fal has answered may pass the answer on. Errors name a request as well, but no place
 * for its result.
 */
function acceptedIn({ status, body }: HttpAnswer): ReturnType<typeof submittedOf> {
  const named = submittedOf(body);
  return isSuccess(status) || named?.responseUrl !== undefined ? named : undefined;
}

async function post(api: FalApi, submission: Submission): Promise<HttpAnswer | HttpFailure> {
  const { modelId, input, mediaLifetimeSeconds, webhookUrl, signal } = submission;
  const { endpoint, clock } = api.settings;
  const query = webhookUrl === undefined ? '' : `?${new URLSearchParams({ fal_webhook: webhookUrl })}`;
  const preference = JSON.stringify({ expiration_duration_seconds: mediaLifetimeSeconds });
  const grace = graceAfter(signal, ABORT_GRACE_MS, clock);
  try {
    return await api.exchange({
      ...{ method: 'POST', url: `${endpoint.queueUrl}/${modelId}${query}`, body: input, signal: grace.signal },
      headers: mediaLifetimeSeconds === undefined ? {} : { 'x-fal-object-lifecycle-preference': preference },
      freshConnection: true,
    });
  } finally {
    grace.dispose();
  }
}

function refusal(api: FalApi, answer: HttpAnswer): ReelError {
  const context = { stage: 'submitting', billable: 'no' } as const;
  const refused = api.refusalOf(answer, context);
  if (isSurelyRefused({ httpStatus: answer.status })) return refused;
  const { message, requestId } = refused;
  return unknownOutcome(`${message} ${ADVICE}`, { requestId, cause: refused });
}

function lostConnection(failure: HttpFailure): ReelError {
  const context = { stage: 'submitting', billable: 'no' } as const;
  const isAborted = failure.reason === 'aborted';
  if (failure.surelyNotSent) {
    return isAborted ? withContext(abortError(), context) : networkError(failure, context);
  }
  const why = isAborted ? 'cancelled while the request was under way' : redactText(failure.message).slice(0, 200);
  return unknownOutcome(`The answer to the request was lost (${why}). ${ADVICE}`, { cause: failure.cause });
}

function unknownOutcome(message: string, facts: { requestId?: string | undefined; cause: unknown }): ReelError {
  return new ReelError('unknown-outcome', message, { stage: 'submitting', billable: 'maybe', ...facts });
}
