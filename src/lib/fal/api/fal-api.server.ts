import { createHash } from 'node:crypto';
import { retryAfterMs } from '#lib/base/backoff.ts';
import { abortError, type Clock } from '#lib/base/clock.ts';
import { isReelError, ReelError, type ReelErrorOptions, withContext } from '#lib/base/errors.ts';
import { exchange, type HttpAnswer, type HttpCall, type HttpFailure } from '#lib/base/http/exchange.server.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import { redactText } from '#lib/base/redact.ts';
import { callRule } from '#lib/fal/answers/error-rules.ts';
import { problemOf } from '#lib/fal/answers/errors.ts';
import { saying } from '#lib/fal/answers/saying.ts';
import { endpointName, type FalEndpoint } from './endpoint.ts';

export interface FalApiSettings {
  endpoint: FalEndpoint;
  key: string;
  requestTimeoutMs: number;
  proxy: ProxySettings;
  clock: Clock;
}

export interface FalCall extends Pick<HttpCall, 'method' | 'url' | 'freshConnection'> {
  headers?: Record<string, string> | undefined;
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal | undefined;
  timeoutMs?: number | undefined;
}

/** Calls with the key: the only place that has it. */
export class FalApi {
  readonly settings: FalApiSettings;
  /** Distinguishes accounts without showing the key. */
  readonly account: string;
  /** How far our clock was ahead of fal's at its last answer; undefined before one with a `Date`. */
  clockAheadMs: number | undefined;

  constructor(settings: FalApiSettings) {
    this.settings = settings;
    const { key, endpoint } = settings;
    this.account = createHash('sha256')
      .update(`${key}\n${endpointName(endpoint.queueUrl)}`)
      .digest('hex');
  }

  /** One call, with its answer or its failure. */
  async exchange({ body, headers, timeoutMs, ...call }: FalCall): Promise<HttpAnswer | HttpFailure> {
    const { key, requestTimeoutMs, proxy, clock } = this.settings;
    const result = await exchange({
      ...{ ...call, proxy, timeoutMs: timeoutMs ?? requestTimeoutMs },
      headers: {
        ...{ authorization: `Key ${key}`, accept: 'application/json' },
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const datedMs = result.kind === 'answer' ? Date.parse(String(result.headers.date)) : Number.NaN;
    if (!Number.isNaN(datedMs)) this.clockAheadMs = clock.now() - datedMs;
    return result;
  }

  /**
   * One call that is not a purchase: its parsed body.
   * @throws ReelError, `retryable` for whatever may pass
   */
  async read<Body>(
    call: FalCall,
    context: ReelErrorOptions,
    parse: (body: unknown) => Body | undefined,
  ): Promise<Body> {
    const answer = await this.answerTo(call, context);
    const body = isSuccess(answer.status) ? parse(answer.body) : undefined;
    if (body === undefined) throw this.refusalOf(answer, context);
    return body;
  }

  /** @throws ReelError when there is no answer */
  async answerTo(call: FalCall, context: ReelErrorOptions): Promise<HttpAnswer> {
    const result = await this.exchange(call);
    if (result.kind === 'answer') return result;
    throw result.reason === 'aborted' ? withContext(abortError(), context) : networkError(result, context);
  }

  /** The error for an answer that says nothing about the request itself. */
  refusalOf(answer: HttpAnswer, context: ReelErrorOptions): ReelError {
    const requestId = [answer.headers['x-fal-request-id']].flat()[0];
    const facts = { requestId, ...context };
    if (isSuccess(answer.status)) {
      const message = 'fal sent an answer that cannot be read. Try again later.';
      return new ReelError('provider-failed', message, { ...facts, retryable: true });
    }
    const problem = problemOf(answer);
    const { code, advice, retryable } = callRule(problem);
    return new ReelError(code, `${saying('fal refused the call', problem, this.settings.key)}. ${advice}`, {
      ...{ ...facts, retryable },
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], this.settings.clock.now()),
    });
  }
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** A failure of the proxy names it, and says more than that fal could not be reached. */
export function networkError(failure: HttpFailure, context: ReelErrorOptions): ReelError {
  if (isReelError(failure.cause)) return withContext(failure.cause, context);
  if (failure.reason === 'too-large') {
    return new ReelError('too-large', `The answer of fal cannot be read: ${failure.message}.`, context);
  }
  const what = failure.reason === 'timeout' ? 'fal did not answer in time' : 'fal could not be reached';
  const why = redactText(failure.message).slice(0, 200);
  const advice = 'Check the network and FAL_QUEUE_BASE_URL, then try again.';
  return new ReelError('network', `${what}: ${why}. ${advice}`, { ...context, cause: failure.cause });
}
