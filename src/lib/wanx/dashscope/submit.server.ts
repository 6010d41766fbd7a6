import { backoffDelayMs, retryAfterMs } from '#lib/base/backoff.ts';
import { callSafely } from '#lib/base/call-safely.ts';
import { abortError, throwIfAborted } from '#lib/base/clock.ts';
import { ReelError, withContext } from '#lib/base/errors.ts';
import type { HttpAnswer, HttpFailure } from '#lib/base/http/exchange.server.ts';
import { graceAfter } from '#lib/base/http/grace.ts';
import { redactText } from '#lib/base/redact.ts';
import { errorRule } from '#lib/wanx/answers/error-rules.ts';
import { providerError, UNKNOWN_OUTCOME_ADVICE } from '#lib/wanx/answers/errors.ts';
import { type ParsedTask, taskOf } from '#lib/wanx/answers/task.ts';
import { type DashScopeApi, isSuccess, networkError } from './calls.server.ts';
import type { SubmitOptions } from './options.ts';
import { rateLimitFor } from './rate-limit.ts';
import type { WireRequest } from './request-body.ts';

export interface SubmitCall {
  wire: WireRequest;
  /** An input is in the provider's own storage, which it opens only when asked to. */
  readsOss: boolean;
  submitsPerSecond: number | null;
  /** The last look before a request leaves; if it rejects, nothing is sent. */
  beforeSend?: (() => Promise<void>) | undefined;
  onWait?: SubmitOptions['onWait'];
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

const ATTEMPTS = 4;
const LONGEST_RETRY_AFTER_MS = 60_000;
/** Cutting the connection does not stop a task from being made, it only loses its id: so a cancelled caller waits this long. */
const ABORT_GRACE_MS = 5000;

/**
 * Sends a create request, which costs money and has no idempotency key. It is repeated only when no connection was made
 * or the answer was 429; a lost or unclear answer is never repeated.
 * @throws ReelError `unknown-outcome` (billable maybe) when a task may exist, else the mapped refusal (billable no)
 */
export async function submitOnce(api: DashScopeApi, call: SubmitCall): Promise<ParsedTask> {
  const { clock } = api.settings;
  for (let attempt = 1; ; attempt += 1) {
    const result = await sendInTurn(api, call);
    // Whatever the status: a gateway that fails or refuses after the service has answered may pass the task on.
    const task = result.kind === 'answer' ? taskOf(result.body) : undefined;
    if (task) return task;
    const refusal = refusalOf(api, result);
    if (!refusal.repeatable || attempt >= ATTEMPTS || refusal.askedMs > LONGEST_RETRY_AFTER_MS) throw refusal.error;
    const delayMs = Math.max(refusal.askedMs, backoffDelayMs(attempt, { baseMs: 1000, maxMs: 8000 }, clock));
    callSafely(call.onWait, { attempt, waitMs: delayMs, reason: refusal.error.message });
    await clock.wait(delayMs, call.signal);
  }
}

async function sendInTurn(api: DashScopeApi, call: SubmitCall): Promise<HttpAnswer | HttpFailure> {
  if (call.submitsPerSecond !== null) {
    const name = `${api.account} submit ${call.wire.body.model}`;
    await rateLimitFor(name, call.submitsPerSecond, api.settings.clock).acquire(call.signal);
  }
  throwIfAborted(call.signal);
  await call.beforeSend?.();
  // It may have taken long.
  throwIfAborted(call.signal);
  return send(api, call);
}

async function send(api: DashScopeApi, call: SubmitCall): Promise<HttpAnswer | HttpFailure> {
  const { wire, readsOss, timeoutMs } = call;
  const grace = graceAfter(call.signal, ABORT_GRACE_MS, api.settings.clock);
  try {
    return await api.exchange({
      method: 'POST',
      path: wire.path,
      headers: {
        'X-DashScope-Async': 'enable',
        ...(readsOss && { 'X-DashScope-OssResourceResolve': 'enable' }),
      },
      body: wire.body,
      freshConnection: true,
      signal: grace.signal,
      timeoutMs,
    });
  } finally {
    grace.dispose();
  }
}

interface Refusal {
  error: ReelError;
  /** Surely nothing was made, and the same request can be sent again. */
  repeatable: boolean;
  askedMs: number;
}

function refusalOf(api: DashScopeApi, result: HttpAnswer | HttpFailure): Refusal {
  if (result.kind === 'failure') return lostConnection(result);
  const problem = api.problemOf('submit', result);
  if (isSuccess(result.status) && problem.code === undefined) {
    const what = `DashScope sent an unreadable answer to the submission. ${UNKNOWN_OUTCOME_ADVICE}`;
    return { error: unknownOutcome(what, problem.requestId), repeatable: false, askedMs: 0 };
  }
  const askedMs = retryAfterMs(result.headers['retry-after'], api.settings.clock.now()) ?? 0;
  const repeatable = result.status === 429 && errorRule(problem).code === 'rate-limited';
  return { error: providerError(problem), repeatable, askedMs };
}

function lostConnection(failure: HttpFailure): Refusal {
  const context = { stage: 'submitting', billable: 'no' } as const;
  if (failure.surelyNotSent) {
    const aborted = failure.reason === 'aborted';
    const error = aborted ? withContext(abortError(), context) : networkError(failure, context);
    return { error, repeatable: !aborted && error.retryable, askedMs: 0 };
  }
  const why =
    failure.reason === 'aborted'
      ? 'it was cancelled while the request was under way'
      : redactText(failure.message).slice(0, 200);
  const what = `The answer to the submission was lost (${why}). ${UNKNOWN_OUTCOME_ADVICE}`;
  return { error: unknownOutcome(what, undefined, failure.cause), repeatable: false, askedMs: 0 };
}

function unknownOutcome(message: string, requestId: string | undefined, cause?: unknown): ReelError {
  return new ReelError('unknown-outcome', message, { stage: 'submitting', billable: 'maybe', requestId, cause });
}
