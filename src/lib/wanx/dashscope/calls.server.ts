import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { backoffDelayMs, retryAfterMs } from '#lib/base/backoff.ts';
import { abortError, type Clock } from '#lib/base/clock.ts';
import { isReelError, ReelError, type ReelErrorOptions, withContext } from '#lib/base/errors.ts';
import { exchange, type HttpAnswer, type HttpFailure } from '#lib/base/http/exchange.server.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import { redactText } from '#lib/base/redact.ts';
import { errorRule } from '#lib/wanx/answers/error-rules.ts';
import { type ProviderAction, type ProviderProblem, providerError } from '#lib/wanx/answers/errors.ts';
import { errorOf } from '#lib/wanx/answers/tasks.ts';
import { QUERIES_PER_SECOND, rateLimitFor } from './rate-limit.ts';

export interface ApiSettings {
  /** Ends in `/api/v1`. */
  endpoint: string;
  apiKey: string;
  workspaceId: string | undefined;
  requestTimeoutMs: number;
  proxy: ProxySettings;
  dispatcher: Dispatcher | undefined;
  clock: Clock;
}

export interface ApiCall {
  method: 'GET' | 'POST';
  /** Below `/api/v1`, with its query. */
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
  signal?: AbortSignal | undefined;
  freshConnection?: boolean;
  timeoutMs?: number | undefined;
}

/** A failed call: what to report, and whether the same call can be repeated now. */
export interface ApiFailure {
  kind: 'failure';
  error: ReelError;
  transient: boolean;
  retryAfterMs: number | undefined;
}

const READ_ATTEMPTS = 4;
/** A longer request to stay away is not waited out inside one call. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/** Calls with the key: the only place that has it, and only for the configured host. */
export class DashScopeApi {
  readonly settings: ApiSettings;
  /** Distinguishes accounts without showing the key. */
  readonly account: string;
  /** How far our clock was ahead of the service's at its last answer; undefined before one with a `Date`. */
  clockAheadMs: number | undefined;

  constructor(settings: ApiSettings) {
    this.settings = settings;
    const origin = new URL(settings.endpoint).origin;
    this.account = createHash('sha256').update(`${settings.apiKey}\n${origin}`).digest('hex');
  }

  /** One call, with its answer or its failure. */
  async exchange(call: ApiCall): Promise<HttpAnswer | HttpFailure> {
    const { endpoint, apiKey, workspaceId, requestTimeoutMs, proxy, dispatcher, clock } = this.settings;
    const result = await exchange({
      method: call.method,
      url: `${endpoint}${call.path}`,
      headers: {
        authorization: `Bearer ${apiKey}`,
        accept: 'application/json',
        ...(call.body !== undefined && { 'content-type': 'application/json' }),
        ...(workspaceId !== undefined && { 'X-DashScope-WorkSpace': workspaceId }),
        ...call.headers,
      },
      body: call.body === undefined ? undefined : JSON.stringify(call.body),
      timeoutMs: call.timeoutMs ?? requestTimeoutMs,
      signal: call.signal,
      freshConnection: call.freshConnection,
      proxy,
      dispatcher,
    });
    const datedMs = result.kind === 'answer' ? Date.parse(String(result.headers.date)) : Number.NaN;
    if (!Number.isNaN(datedMs)) this.clockAheadMs = clock.now() - datedMs;
    return result;
  }

  /** One call under the account's limit for query, list and cancel: its body, or why not. */
  async readOnce<Body>(
    action: ProviderAction,
    call: ApiCall,
    parse: (body: unknown) => Body | undefined,
    taskId?: string,
  ): Promise<{ kind: 'body'; body: Body } | ApiFailure> {
    // Query, list and cancel have 20 a second each; one limit over the three is simpler and never too much.
    await rateLimitFor(`${this.account} query`, QUERIES_PER_SECOND, this.settings.clock).acquire(call.signal);
    const result = await this.exchange(call);
    if (result.kind === 'failure') return connectionFailure(result, taskId);
    const body = isSuccess(result.status) ? parse(result.body) : undefined;
    return body === undefined ? this.#answerFailure(action, result, taskId) : { kind: 'body', body };
  }

  /**
   * The same, repeated a few times while it can help. For calls that change nothing.
   * @throws ReelError the last failure
   */
  async read<Body>(action: ProviderAction, call: ApiCall, parse: (body: unknown) => Body | undefined): Promise<Body> {
    const { clock } = this.settings;
    for (let attempt = 1; ; attempt += 1) {
      const result = await this.readOnce(action, call, parse);
      if (result.kind === 'body') return result.body;
      const { error, transient, retryAfterMs: askedMs = 0 } = result;
      if (!transient || attempt >= READ_ATTEMPTS || askedMs > LONGEST_RETRY_AFTER_MS) throw error;
      await clock.wait(Math.max(askedMs, backoffDelayMs(attempt, { baseMs: 1000, maxMs: 8000 }, clock)), call.signal);
    }
  }

  #answerFailure(action: ProviderAction, answer: HttpAnswer, taskId: string | undefined): ApiFailure {
    const problem = this.problemOf(action, answer, taskId);
    // Some gateways refuse with HTTP 200 and say so only in the body.
    const isRefused = !isSuccess(answer.status) || problem.code !== undefined;
    return {
      kind: 'failure',
      error: isRefused
        ? providerError(problem)
        : new ReelError('provider-failed', 'DashScope sent an unreadable answer. Try again later.', {
            stage: 'generating',
            retryable: true,
            billable: taskId === undefined ? 'no' : 'maybe',
            taskId,
          }),
      transient:
        isTransient(answer.status) || (isSuccess(answer.status) && (!isRefused || errorRule(problem).retryable)),
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], this.settings.clock.now()),
    };
  }

  /** The provider's words for a failed call, with the key cut out in case it is repeated there. */
  problemOf(action: ProviderAction, answer: HttpAnswer, taskId?: string): ProviderProblem {
    const { code, message, requestId } = errorOf(answer.body);
    const requestIdHeader = answer.headers['x-request-id'];
    return {
      action,
      httpStatus: answer.status,
      code,
      message: message?.replaceAll(this.settings.apiKey, '…'),
      requestId: requestId ?? (typeof requestIdHeader === 'string' ? requestIdHeader : undefined),
      taskId,
    };
  }
}

/** DashScope says 200; what stands in front of it may say 201 to 203 of an answer that is good all the same. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function isTransient(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function connectionFailure(failure: HttpFailure, taskId: string | undefined): ApiFailure {
  const context = { stage: 'generating', billable: taskId === undefined ? 'no' : 'maybe', taskId } as const;
  if (failure.reason === 'aborted') {
    return { kind: 'failure', error: withContext(abortError(), context), transient: false, retryAfterMs: undefined };
  }
  const error = networkError(failure, context);
  return { kind: 'failure', error, transient: error.retryable, retryAfterMs: undefined };
}

/** A failure of the proxy names it, and says more than that the provider could not be reached. */
export function networkError(failure: HttpFailure, context: ReelErrorOptions): ReelError {
  if (isReelError(failure.cause)) return withContext(failure.cause, context);
  const what = failure.reason === 'timeout' ? 'DashScope did not answer in time' : 'DashScope could not be reached';
  const why = redactText(failure.message).slice(0, 200);
  const advice = 'Check the network and DASHSCOPE_HTTP_BASE_URL, then try again.';
  return new ReelError('network', `${what}: ${why}. ${advice}`, { ...context, cause: failure.cause });
}
