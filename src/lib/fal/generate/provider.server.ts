import { type Clock, systemClock } from '#lib/base/clock.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import type { PastRequest } from '#lib/fal/answers/history.ts';
import { type FalStatus, statusOf } from '#lib/fal/answers/status.ts';
import type { FalHandle } from '#lib/fal/answers/submitted.ts';
import { addressesOf, endpointName } from '#lib/fal/api/endpoint.ts';
import { type FalApi, isSuccess } from '#lib/fal/api/fal-api.server.ts';
import { pastRequests } from '#lib/fal/api/history.server.ts';
import { submitOnce } from '#lib/fal/api/submit.server.ts';
import type { FalPrice } from '#lib/fal/prices.ts';
import type {
  JobProvider,
  LostAnswer,
  SubmissionQuery,
  SubmitOptions,
  Submitted,
  TaskRef,
  TaskState,
} from '#lib/jobs/provider.ts';
import type { Candidate } from '#lib/jobs/record/job-record.ts';
import { findRequests } from './lost-request.ts';
import type { FalRequest } from './order.ts';
import { contextOf, FORMATS, type KeptResult, type ResultContext, readResult, succeeded } from './result.server.ts';

export interface FalProviderOptions {
  request: FalRequest;
  /** Of the request that was sent, if one was, by `requestHash`. */
  requestHash: string;
  /** When that was, or is going to be. */
  askedAtMs: number;
  price: FalPrice | undefined;
  /** Undefined: as the account is set. */
  mediaLifetimeSeconds: number | undefined;
  webhookUrl: string | undefined;
  /** A result in which no video was found before. */
  kept: KeptResult | undefined;
  keep: ResultContext['keep'];
  clock?: Clock | undefined;
}

const HOUR_MS = 3_600_000;
/** By default fal keeps what was put in and what came out for so long. */
const PAYLOADS_KEPT_MS = 30 * 24 * HOUR_MS;
/** How long one run asks again for a request that fal does not show, or may have failed, before it is left to the next. */
const DOUBT_MS = 2 * 60_000;
const LONGEST_LOG = 300;

type Addresses = ReturnType<typeof addressesOf>;

/** fal's queue as the job engine sees it: one instance for one purchase. */
export class FalProvider implements JobProvider<FalRequest> {
  readonly endpoint: string;
  readonly account: string;
  readonly formats = [FORMATS.mp4, FORMATS.webm, FORMATS.mov];
  readonly historyMs: number;
  readonly lostAnswer: LostAnswer<FalRequest>;
  readonly #api: FalApi;
  readonly #options: FalProviderOptions;
  readonly #context: ResultContext;
  readonly #clock: Clock;
  #hiddenSinceMs: number | undefined;
  #unclearSinceMs: number | undefined;

  constructor(api: FalApi, options: FalProviderOptions) {
    this.#api = api;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    const { request, price, keep } = options;
    this.#context = { input: request.input, price, keep };
    this.endpoint = endpointName(api.settings.endpoint.queueUrl);
    this.account = api.account;
    const { mediaLifetimeSeconds } = options;
    this.historyMs = mediaLifetimeSeconds === undefined ? PAYLOADS_KEPT_MS : mediaLifetimeSeconds * 1000;
    // The list does not show what is running, and need not show what was put in.
    const isListed = api.settings.endpoint.apiUrl !== undefined;
    this.lostAnswer = isListed
      ? { kind: 'list', emptyMeans: 'unknown', find: (query) => this.#find(query) }
      : { kind: 'unknowable' };
  }

  clockAheadMs(): number | undefined {
    return this.#api.clockAheadMs;
  }

  async submit({ modelId, input }: FalRequest, { signal, beforeSend }: SubmitOptions): Promise<Submitted> {
    const { mediaLifetimeSeconds, webhookUrl } = this.#options;
    const submission = { modelId, input, mediaLifetimeSeconds, webhookUrl, signal, beforeSend };
    const { requestId, handle } = await submitOnce(this.#api, submission);
    const expiresAt =
      mediaLifetimeSeconds === undefined ? undefined : new Date(this.#clock.now() + mediaLifetimeSeconds * 1000);
    return { taskId: requestId, requestId, handle: compact(handle), expiresAt };
  }

  async read(task: TaskRef, signal: AbortSignal): Promise<TaskState> {
    const { taskId } = task;
    const { kept } = this.#options;
    // A newer version may find in it what an older one did not, and fal forgets results within the hour.
    const found = kept?.requestId === taskId ? succeeded(this.#context, kept) : undefined;
    if (found) return found;
    const addresses = this.#addressesOf(task);
    const status = await this.#statusOf(taskId, addresses, signal);
    if (status.phase === 'completed') {
      const { responseUrl } = addresses;
      const history = this.lostAnswer.kind === 'list' ? () => this.#history(signal) : undefined;
      const mayPass = () => {
        this.#unclearSinceMs ??= this.#clock.now();
        return this.#clock.now() - this.#unclearSinceMs < DOUBT_MS;
      };
      return readResult(this.#api, this.#context, { taskId, responseUrl, status, signal, history, mayPass });
    }
    const { queuePosition, lastLog } = status;
    const message = lastLog && redactText(lastLog).slice(0, LONGEST_LOG);
    return { taskId, phase: status.phase === 'queued' ? 'queued' : 'generating', queuePosition, message, assets: [] };
  }

  cancel(task: TaskRef, signal: AbortSignal): Promise<boolean> {
    return cancelRequest(this.#api, task.taskId, this.#addressesOf(task), signal);
  }

  #addressesOf({ taskId: requestId, handle }: TaskRef): Addresses {
    const { modelId } = this.#options.request;
    return addressesOf(this.#api.settings.endpoint, { modelId, requestId }, handleOf(handle));
  }

  async #statusOf(taskId: string, { statusUrl }: Addresses, signal: AbortSignal): Promise<FalStatus> {
    try {
      const status = await readStatus(this.#api, taskId, statusUrl, signal);
      this.#hiddenSinceMs = undefined;
      return status;
    } catch (error) {
      throw this.#isHidden(error) ? asPassing(error) : error;
    }
  }

  /** One that was just accepted may not be known everywhere yet. */
  #isHidden(error: unknown): error is ReelError {
    if (!isReelError(error) || error.code !== 'not-found') return false;
    this.#hiddenSinceMs ??= this.#clock.now();
    return this.#clock.now() - this.#hiddenSinceMs < DOUBT_MS;
  }

  async #find({ except, signal }: SubmissionQuery<FalRequest>): Promise<Candidate[]> {
    const { request, requestHash: hash } = this.#options;
    return findRequests(this.#history(signal), { modelId: request.modelId, hash }, { except });
  }

  #history(signal: AbortSignal): AsyncIterable<PastRequest> {
    const { request, askedAtMs } = this.#options;
    return pastRequests(this.#api, { modelId: request.modelId, startMs: askedAtMs - HOUR_MS, signal });
  }
}

/** fal only passes the wish on: a model that is at work may go on, and is then charged. */
export async function cancelRequest(
  api: FalApi,
  taskId: string,
  { cancelUrl, statusUrl }: Pick<Addresses, 'cancelUrl' | 'statusUrl'>,
  signal: AbortSignal,
): Promise<boolean> {
  const answer = await api.answerTo({ method: 'PUT', url: cancelUrl, signal }, contextOf(taskId));
  // 400: it was over already.
  if (!isSuccess(answer.status) && answer.status !== 400) throw api.refusalOf(answer, contextOf(taskId));
  const { phase, error } = await readStatus(api, taskId, statusUrl, signal);
  return phase === 'completed' && error?.type === 'client_cancelled';
}

/** HTTP 202 while it is not over. */
function readStatus(api: FalApi, taskId: string, statusUrl: string, signal: AbortSignal): Promise<FalStatus> {
  const url = new URL(statusUrl);
  url.searchParams.set('logs', '1');
  return api.read({ method: 'GET', url: url.href, signal }, contextOf(taskId), statusOf);
}

function compact(handle: FalHandle): Record<string, string> {
  return Object.fromEntries(Object.entries(handle).flatMap(([name, url]) => (url === undefined ? [] : [[name, url]])));
}

/** The addresses on record. */
export function handleOf(handle: TaskRef['handle']): Partial<FalHandle> {
  if (typeof handle !== 'object' || handle === null || Array.isArray(handle)) return {};
  const text = (value: unknown) => (typeof value === 'string' && URL.canParse(value) ? value : undefined);
  return {
    statusUrl: text(handle.statusUrl),
    responseUrl: text(handle.responseUrl),
    cancelUrl: text(handle.cancelUrl),
  };
}

function asPassing(error: ReelError): ReelError {
  const { code, message, ...facts } = error;
  return new ReelError(code, message, { ...facts, retryable: true, cause: error });
}
