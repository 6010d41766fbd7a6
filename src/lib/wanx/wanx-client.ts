import '#lib/base/server-only.server.ts';
import { type Clock, systemClock } from '#lib/base/clock.ts';
import { commandLine } from '#lib/base/command-line.ts';
import { ReelError } from '#lib/base/errors.ts';
import { checkInput } from '#lib/base/input/check-input.ts';
import { undiciDispatcher } from '#lib/base/network/undici-dispatcher.server.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import { readSettings } from '#lib/config.ts';
import { type ParsedTask, taskOf } from '#lib/wanx/answers/task.ts';
import { errorOf } from '#lib/wanx/answers/tasks.ts';
import { DashScopeApi } from '#lib/wanx/dashscope/calls.server.ts';
import { endpointOf, refusePlanKey, regionOf } from '#lib/wanx/dashscope/endpoint.ts';
import { listedTasks } from '#lib/wanx/dashscope/list-tasks.server.ts';
import type {
  CallOptions,
  ImageToVideoOptions,
  ListFilter,
  SubmitOptions,
  TextToVideoOptions,
  WaitOptions,
  WanxClientOptions,
} from '#lib/wanx/dashscope/options.ts';
import { pollTask, type QueryResult } from '#lib/wanx/dashscope/poll.ts';
import { wireRequest } from '#lib/wanx/dashscope/request-body.ts';
import { submitOnce } from '#lib/wanx/dashscope/submit.server.ts';
import type { WanxTask, WanxTaskSummary } from '#lib/wanx/dashscope/task.ts';
import { taskDeadline } from '#lib/wanx/dashscope/task-deadline.ts';
import { taskPath } from '#lib/wanx/dashscope/task-path.ts';
import { TASK_LIFE_MS } from '#lib/wanx/models/limits.ts';
import type { Region } from '#lib/wanx/models/regions.ts';
import type { WanModel } from '#lib/wanx/models/traits.ts';
import { completeRequest } from '#lib/wanx/request/complete.ts';
import * as accepts from '#lib/wanx/request/input-schemas.ts';
import type { CompleteRequest, WanxRequest } from '#lib/wanx/request/options.ts';
import { resolveMedia } from '#lib/wanx/uploads/resolve-media.server.ts';

export type * from '#lib/wanx/dashscope/options.ts';
export type { Region } from '#lib/wanx/models/regions.ts';

/**
 * Wan video generation on DashScope (Alibaba Cloud Model Studio). Every method rejects with ReelError only, and every
 * refusal by the model table comes before any request.
 */
export class WanxClient {
  /** Base URL of requests, ending in `/api/v1`. */
  readonly baseUrl: string;
  /** For requests that name none. */
  readonly model: string;
  /** Distinguishes accounts without showing the key. */
  readonly account: string;
  readonly #api: DashScopeApi;
  readonly #clock: Clock;
  readonly #pollIntervalMs: number | undefined;
  readonly #allowUnknownModel: boolean | undefined;

  /** @throws ReelError `config` when the key is missing, or the endpoint or the workspace is invalid */
  constructor(options: WanxClientOptions = {}) {
    checkInput(accepts.clientSchema, 'options', options, 'configuring');
    const settings = readSettings();
    this.#clock = options.clock ?? systemClock;
    this.model = options.model ?? settings.wanxModel;
    this.#allowUnknownModel = options.allowUnknownModel;
    this.#pollIntervalMs = options.pollIntervalMs ?? settings.pollIntervalMs;
    this.baseUrl = endpointOf({ ...options, allowPlainHttp: settings.allowPrivateNetwork }, settings.dashscopeBaseUrl);
    this.#api = new DashScopeApi({
      endpoint: this.baseUrl,
      apiKey: presentKey(options.apiKey ?? settings.dashscopeApiKey),
      workspaceId: sendableWorkspace(options.workspaceId),
      requestTimeoutMs: positiveMs('requestTimeoutMs', options.requestTimeoutMs ?? 60_000),
      proxy: options.proxy ?? settings.proxy,
      dispatcher: undiciDispatcher(options.dispatcher),
      clock: this.#clock,
    });
    this.account = this.#api.account;
  }

  /** How far our clock was ahead of DashScope's at its last answer, in ms; undefined while unknown. */
  get clockAheadMs(): number | undefined {
    return this.#api.clockAheadMs;
  }

  /** The request with every default filled in, as `submit` would send it. Sends nothing; refuses what submit refuses. */
  complete(request: WanxRequest): CompleteRequest {
    checkInput(accepts.requestSchema, 'request', request, 'submitting');
    const { allowUnknownModel = this.#allowUnknownModel } = request;
    const complete = completeRequest({ ...request, allowUnknownModel }, this.model);
    refuseForeignModel(complete.model, regionOf(this.baseUrl));
    return complete;
  }

  /**
   * Buys one generation. Never repeated once it may have arrived.
   * @throws ReelError `unknown-outcome` when a task may exist; `billable` 'no' on every refusal
   */
  async submit(request: WanxRequest, options: SubmitOptions = {}): Promise<WanxTask> {
    checkInput(accepts.submitSchema, 'options', options, 'submitting');
    const complete = this.complete(request);
    const { signal, timeoutMs, beforeSend, onWait } = options;
    const media = await resolveMedia(this.#api, complete, {
      signal,
      upload: options.upload ?? false,
      readVideo: mp4.inspect,
    });
    const submittedAtMs = this.#clock.now();
    const task = await submitOnce(this.#api, {
      wire: wireRequest(complete, media),
      readsOss: media.some(({ url }) => url.startsWith('oss://')),
      submitsPerSecond: complete.model.submitsPerSecond,
      beforeSend,
      onWait,
      signal,
      timeoutMs,
    });
    return this.#dated(task, submittedAtMs);
  }

  /** Reads the task once. A failed or unknown task is an answer here, not an error. */
  async getTask(taskId: string, options: CallOptions = {}): Promise<WanxTask> {
    checkInput(accepts.callSchema, 'options', options, 'configuring');
    const result = await this.#query(taskId, options);
    if (result.kind === 'task') return result.task;
    throw failedLook(result);
  }

  /**
   * Waits until the task has SUCCEEDED; resolves with its video URL.
   * @throws ReelError `timeout` and `aborted` leave the task running; CANCELED is `aborted`, UNKNOWN is `expired`, FAILED
   *   by its cause
   */
  async waitForTask(taskId: string, options: WaitOptions = {}): Promise<WanxTask> {
    checkInput(accepts.waitSchema, 'options', options, 'configuring');
    const { signal, submittedAt, onUpdate, timeoutMs = TASK_LIFE_MS } = options;
    const { requestTimeoutMs } = this.#api.settings;
    // A wrong id is no wait that was cut short.
    taskPath(taskId);
    return pollTask({
      taskId,
      // At least a second, so that a last question at the deadline can still be answered.
      query: (leftMs) =>
        this.#query(taskId, { signal, submittedAt, timeoutMs: Math.min(requestTimeoutMs, Math.max(1000, leftMs)) }),
      clock: this.#clock,
      timeoutMs,
      pollIntervalMs: options.pollIntervalMs ?? this.#pollIntervalMs,
      signal,
      onUpdate,
    });
  }

  /**
   * Cancels a task that is still PENDING; cancelling it again is not an error.
   * @throws ReelError `invalid-input` when it runs or has ended: it cannot be stopped and is billed if it succeeds
   */
  async cancelTask(taskId: string, options: CallOptions = {}): Promise<void> {
    checkInput(accepts.callSchema, 'options', options, 'configuring');
    const call = { method: 'POST', path: `${taskPath(taskId)}/cancel`, ...options } as const;
    const accepted = (body: unknown) => errorOf(body).code === undefined || undefined;
    const result = await this.#api.readOnce('cancel', call, accepted, taskId);
    if (result.kind === 'body') return;
    // A first cancel whose answer was lost makes the second one fail.
    const task = await this.#query(taskId, options);
    if (task.kind === 'task' && task.task.status === 'CANCELED') return;
    throw result.error;
  }

  /**
   * The account's tasks, all pages, made with any of its keys. Neither prompt nor URL is in the list; `requestId` is that
   * of the submission.
   */
  async *listTasks(filter: ListFilter = {}, options: CallOptions = {}): AsyncGenerator<WanxTaskSummary> {
    checkInput(accepts.listFilterSchema, 'filter', filter);
    checkInput(accepts.callSchema, 'options', options);
    yield* listedTasks(this.#api, filter, { signal: options.signal, timeoutMs: options.timeoutMs });
  }

  /** `submit` and `waitForTask`. `timeoutMs` ends the waiting; the error then carries the task id. */
  async generateVideoFromText(prompt: string, options: TextToVideoOptions = {}): Promise<WanxTask> {
    checkInput(accepts.generateTaskSchema, 'options', options, 'submitting');
    return this.#generate({ ...options, prompt }, options);
  }

  /** Animates an image: a URL, or a local file, which is sent inline or uploaded. */
  async generateVideoFromImage(image: string | URL, options: ImageToVideoOptions = {}): Promise<WanxTask> {
    checkInput(accepts.generateTaskSchema, 'options', options, 'submitting');
    return this.#generate({ ...options, image }, options);
  }

  async #generate(request: WanxRequest, options: WaitOptions & { upload?: boolean | undefined }): Promise<WanxTask> {
    const submittedAt = new Date(this.#clock.now());
    const task = await this.submit(request, { signal: options.signal, upload: options.upload });
    return this.waitForTask(task.taskId, { submittedAt, ...options });
  }

  async #query(taskId: string, options: CallOptions): Promise<QueryResult> {
    const call = { method: 'GET', path: taskPath(taskId), ...options } as const;
    const result = await this.#api.readOnce('query', call, (body) => taskOf(body, taskId), taskId);
    if (result.kind === 'failure') return result;
    return { kind: 'task', task: this.#dated(result.body, options.submittedAt?.getTime()) };
  }

  #dated({ submitTimeText, ...task }: ParsedTask, submittedAtMs: number | undefined): WanxTask {
    const readable = task.status === 'SUCCEEDED' || task.status === 'PENDING' || task.status === 'RUNNING';
    if (!readable) return task;
    return { ...task, expiresAt: taskDeadline({ ...task, submitTimeText }, submittedAtMs, this.#clock.now()) };
  }
}

/** A transient failure is worth retrying, whatever its code means for other calls. */
function failedLook({ error, transient, retryAfterMs }: Extract<QueryResult, { kind: 'failure' }>): ReelError {
  const retryable = transient || error.retryable;
  return new ReelError(error.code, error.message, { ...error, retryable, retryAfterMs, cause: error.cause ?? error });
}

/** What a header can hold without being changed or refused on its way. */
const HEADER_VALUE = /^[\x21-\x7e]+$/;

function presentKey(apiKey: string | undefined): string {
  if (apiKey !== undefined && HEADER_VALUE.test(apiKey)) return refusePlanKey(apiKey);
  const problem = apiKey ? 'The DashScope API key contains spaces or line breaks.' : 'No DashScope API key.';
  throw new ReelError(
    'config',
    `${problem} Set DASHSCOPE_API_KEY (Model Studio console, "API Key") or pass apiKey. To try it without a key, run ` +
      `\`${commandLine('demo')}\`, or add --sandbox to a command.`,
    { stage: 'configuring' },
  );
}

function sendableWorkspace(workspaceId: string | undefined): string | undefined {
  if (workspaceId === undefined || HEADER_VALUE.test(workspaceId)) return workspaceId;
  throw new ReelError(
    'config',
    'The workspace id is empty or contains spaces or invalid characters. Copy it from the console.',
    { stage: 'configuring' },
  );
}

function positiveMs(option: string, value: number): number {
  if (Number.isFinite(value) && value > 0) return value;
  throw new ReelError('config', `${option} ${value} is not a valid duration. Give milliseconds above 0.`, {
    stage: 'configuring',
  });
}

/** A call across regions fails at the provider with an error that names neither region nor model. */
function refuseForeignModel(model: WanModel, region: Region | undefined): void {
  if (region === undefined || model.regions.includes(region)) return;
  throw new ReelError(
    'invalid-input',
    `model "${model.id}" is not available in ${region}, the region of this client, only in ${model.regions.join(', ')}.`,
    { stage: 'submitting' },
  );
}
