import { createHash } from 'node:crypto';
import { FormData } from 'undici';
import { backoffDelayMs, retryAfterMs } from '#lib/base/backoff.ts';
import { abortError, type Clock } from '#lib/base/clock.ts';
import { isReelError, ReelError, type ReelErrorOptions, withContext } from '#lib/base/errors.ts';
import { exchange, type HttpAnswer, type HttpFailure } from '#lib/base/http/exchange.server.ts';
import type { ProxySettings } from '#lib/base/network/proxy.server.ts';
import { redactText } from '#lib/base/redact.ts';
import {
  errorOf,
  type ServiceAction,
  type ServiceProblem,
  serviceError,
  statusInBody,
} from '#lib/openai-videos/answers/errors.ts';
import { endpointName } from './endpoint.ts';

export interface ApiSettings {
  /** Without a slash at its end. */
  endpoint: string;
  apiKey: string | undefined;
  requestTimeoutMs: number;
  proxy: ProxySettings;
  clock: Clock;
}

export interface ApiCall {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below the base URL, with its query. */
  path: string;
  headers?: Record<string, string>;
  /** A form, or what is sent as JSON. */
  body?: Record<string, unknown> | FormData | undefined;
  signal?: AbortSignal | undefined;
  freshConnection?: boolean;
  timeoutMs?: number | undefined;
}

const READ_ATTEMPTS = 4;
/** A longer request to stay away is not waited out inside one call. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/** Calls with the key: the only place that has it, and only for the configured host. */
export class VideosApi {
  readonly settings: ApiSettings;
  /** Distinguishes accounts without showing the key. */
  readonly account: string;
  /** How far our clock was ahead of the server's at its last answer; undefined before one with a `Date`. */
  clockAheadMs: number | undefined;

  constructor(settings: ApiSettings) {
    this.settings = settings;
    const { apiKey = '', endpoint } = settings;
    this.account = createHash('sha256')
      .update(`${apiKey}\n${endpointName(endpoint)}`)
      .digest('hex');
  }

  /** What every request carries. */
  authorization(): Record<string, string> {
    const { apiKey } = this.settings;
    return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  }

  /** One call, with its answer or its failure. */
  async exchange({ path, body, headers, timeoutMs, ...call }: ApiCall): Promise<HttpAnswer | HttpFailure> {
    const { endpoint, requestTimeoutMs, proxy, clock } = this.settings;
    const isJson = body !== undefined && !(body instanceof FormData);
    const result = await exchange({
      ...{ ...call, url: `${endpoint}${path}`, proxy, timeoutMs: timeoutMs ?? requestTimeoutMs },
      headers: {
        ...this.authorization(),
        accept: 'application/json',
        ...(isJson && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: isJson ? JSON.stringify(body) : body,
    });
    const datedMs = result.kind === 'answer' ? Date.parse(String(result.headers.date)) : Number.NaN;
    if (!Number.isNaN(datedMs)) this.clockAheadMs = clock.now() - datedMs;
    return result;
  }

  /**
   * One call that is not a purchase: its body.
   * @throws ReelError
   */
  async readOnce<Body>(
    action: ServiceAction,
    call: ApiCall,
    parse: (body: unknown) => Body | undefined,
    videoId?: string,
  ): Promise<Body> {
    const result = await this.exchange(call);
    if (result.kind === 'failure') throw this.connectionError(result, videoId);
    const body = isSuccess(result.status) ? parse(result.body) : undefined;
    if (body === undefined) throw this.#answerError(action, result, videoId);
    return body;
  }

  /**
   * The same, repeated a few times while it can help. For calls that change nothing.
   * @throws ReelError the last failure
   */
  async read<Body>(action: ServiceAction, call: ApiCall, parse: (body: unknown) => Body | undefined): Promise<Body> {
    const { clock } = this.settings;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.readOnce(action, call, parse);
      } catch (error) {
        const askedMs = isReelError(error) ? (error.retryAfterMs ?? 0) : 0;
        const mayHelp = isReelError(error) && error.retryable && askedMs <= LONGEST_RETRY_AFTER_MS;
        if (!mayHelp || attempt >= READ_ATTEMPTS) throw error;
        await clock.wait(Math.max(askedMs, backoffDelayMs(attempt, { baseMs: 1000, maxMs: 8000 }, clock)), call.signal);
      }
    }
  }

  #answerError(action: ServiceAction, answer: HttpAnswer, videoId: string | undefined): ReelError {
    const problem = this.problemOf(action, answer, videoId);
    // Some gateways refuse with HTTP 200 and say so only in the body.
    if (!isSuccess(problem.httpStatus ?? 0) || problem.code !== undefined || problem.message !== undefined) {
      return serviceError(problem);
    }
    return new ReelError('provider-failed', 'The server sent an unreadable answer. Try again later.', {
      ...{ stage: 'generating', retryable: true, billable: videoId === undefined ? 'no' : 'maybe', taskId: videoId },
    });
  }

  /** The server's words for a failed call, with the key cut out in case it is repeated there. */
  problemOf(action: ServiceAction, answer: Omit<HttpAnswer, 'kind'>, videoId?: string): ServiceProblem {
    const { code, message } = errorOf(answer.body);
    const requestId = [answer.headers['x-request-id']].flat()[0];
    return {
      ...{ action, videoId, requestId, code: this.#withoutKey(code), message: this.#withoutKey(message) },
      httpStatus: (isSuccess(answer.status) ? statusInBody(answer.body) : undefined) ?? answer.status,
      retryAfterMs: askedWaitMs(answer.headers, this.settings.clock.now()),
    };
  }

  #withoutKey(text: string | undefined): string | undefined {
    const { apiKey } = this.settings;
    return apiKey === undefined ? text : text?.replaceAll(apiKey, '…');
  }

  /** Of a call that is not a purchase. */
  connectionError(failure: HttpFailure, videoId?: string): ReelError {
    const context = { stage: 'generating', billable: videoId === undefined ? 'no' : 'maybe', taskId: videoId } as const;
    return failure.reason === 'aborted' ? withContext(abortError(), context) : networkError(failure, context);
  }
}

/** `retry-after-ms` is what the official client looks at first. */
function askedWaitMs(headers: HttpAnswer['headers'], nowMs: number): number | undefined {
  const [exact] = [headers['retry-after-ms']].flat();
  const exactMs = exact === undefined || exact.trim() === '' ? Number.NaN : Number(exact);
  return exactMs >= 0 ? exactMs : retryAfterMs(headers['retry-after'], nowMs);
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** A failure of the proxy names it, and says more than that the server could not be reached. */
export function networkError(failure: HttpFailure, context: ReelErrorOptions): ReelError {
  if (isReelError(failure.cause)) return withContext(failure.cause, context);
  const what =
    failure.reason === 'timeout' ? 'The video server did not answer in time' : 'The video server could not be reached';
  const why = redactText(failure.message).slice(0, 200);
  const advice = 'Check that it runs, the network and OPENAI_VIDEOS_BASE_URL, then try again.';
  return new ReelError('network', `${what}: ${why}. ${advice}`, { ...context, cause: failure.cause });
}
