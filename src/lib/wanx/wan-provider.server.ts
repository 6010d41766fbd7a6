import { isReelError } from '#lib/base/errors.ts';
import type { Candidate, Charged } from '#lib/jobs/job-record.ts';
import type {
  FollowOptions,
  JobProvider,
  SubmissionQuery,
  SubmitOptions,
  Submitted,
  TaskState,
} from '#lib/jobs/provider.ts';
import { estimateCost, type Resolution } from './models.ts';
import { type StoredRequest, toWanxRequest } from './stored-request.ts';
import type { WanxTask, WanxTaskSummary } from './task.ts';
import type { WanxClient } from './wanx-client.ts';

// Tasks can be read, and are listed, for 24 h: https://www.alibabacloud.com/help/en/model-studio/manage-asynchronous-tasks
const HISTORY_MS = 24 * 3_600_000;

export interface WanProviderOptions {
  /** Where the client sends to. */
  baseUrl: string;
  /** Of the request, for matching in the task list and for the price of what was charged. */
  model: string;
  resolution: Resolution | undefined;
}

/** Wan on DashScope as the job engine sees it: one instance for one job. */
export class WanProvider implements JobProvider<StoredRequest> {
  readonly endpoint: string;
  readonly account: string;
  readonly historyMs = HISTORY_MS;
  readonly #client: WanxClient;
  readonly #options: WanProviderOptions;

  constructor(client: WanxClient, options: WanProviderOptions) {
    this.#client = client;
    this.#options = options;
    this.endpoint = endpointName(options.baseUrl);
    this.account = client.account;
  }

  async submit(request: StoredRequest, options: SubmitOptions): Promise<Submitted> {
    const { taskId, requestId, expiresAt } = await this.#client.submit(toWanxRequest(request), options);
    return { taskId, requestId, expiresAt };
  }

  async follow(taskId: string, { signal, timeoutMs, onUpdate }: FollowOptions): Promise<TaskState> {
    const task = await this.#client.waitForTask(taskId, {
      signal,
      ...(timeoutMs !== undefined && { timeoutMs }),
      onUpdate: (update: WanxTask) => onUpdate(this.#stateOf(update)),
    });
    return this.#stateOf(task);
  }

  async read(taskId: string, signal: AbortSignal): Promise<TaskState> {
    return this.#stateOf(await this.#client.getTask(taskId, { signal }));
  }

  async cancel(taskId: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#client.cancelTask(taskId, { signal });
      return true;
    } catch (error) {
      // Only a waiting task can be stopped; a running one goes on and is billed.
      if (isReelError(error) && (error.code === 'invalid-input' || error.code === 'not-found')) return false;
      throw error;
    }
  }

  /**
   * Matches by the submitting call's request id where it is known, else by model, time and the prompt that each task
   * shows. A failed or vanished task that shows no prompt is left out: it costs nothing and cannot be delivered.
   */
  async findSubmissions(query: SubmissionQuery<StoredRequest>): Promise<Candidate[]> {
    const { request, requestId, from, to, except, signal } = query;
    const filter = { startTime: from, endTime: to, model: request.model ?? this.#options.model };
    const candidates: Candidate[] = [];
    for await (const row of this.#client.listTasks(filter, { signal })) {
      if (except.has(row.taskId)) continue;
      if (requestId !== undefined && row.requestId === requestId) return [candidateOf(row, true)];
      if (row.createdAt && (row.createdAt < from || row.createdAt > to)) continue;
      const candidate = await this.#compare(row, request, signal);
      if (candidate) candidates.push(candidate);
    }
    return candidates;
  }

  async #compare(row: WanxTaskSummary, request: StoredRequest, signal: AbortSignal): Promise<Candidate | undefined> {
    const task = await this.#client.getTask(row.taskId, { signal });
    if (task.prompt !== undefined) {
      return samePrompt(task.prompt, request.prompt ?? '') ? candidateOf(row, true) : undefined;
    }
    return isOver(task) ? undefined : candidateOf(row, false);
  }

  #stateOf(task: WanxTask): TaskState {
    const charged = this.#chargedOf(task);
    return {
      taskId: task.taskId,
      phase: phaseOf(task),
      ...(task.videoUrl !== undefined && { assetUrl: task.videoUrl }),
      ...(task.expiresAt && { expiresAt: task.expiresAt }),
      ...(charged && { charged }),
    };
  }

  #chargedOf({ usage }: WanxTask): Charged | undefined {
    if (usage?.durationSeconds === undefined) return undefined;
    const resolution = resolutions.find((one) => one === usage.resolution) ?? this.#options.resolution;
    const { unitUsd } = estimateCost({ model: this.#options.model, resolution });
    // To a millionth: binary fractions would show 0.1 * 3 as 0.30000000000000004.
    const usd = unitUsd === null ? null : Math.round(unitUsd * usage.durationSeconds * 1e6) / 1e6;
    return { units: usage.durationSeconds, usd, usage: usage.raw };
  }
}

const resolutions = ['480P', '720P', '1080P'] as const;

/** Loopback addresses count as one: a restarted sandbox has another port and the same tasks. */
export function endpointName(baseUrl: string): string {
  const { hostname, origin } = new URL(baseUrl);
  return /^(localhost|127\.|\[::1\])/.test(hostname) ? 'local sandbox' : origin;
}

function candidateOf(row: WanxTaskSummary, isCertain: boolean): Candidate {
  const submittedAt = row.createdAt?.toISOString();
  const { taskId, requestId, status } = row;
  return { taskId, requestId, isCertain, status, submittedAt };
}

function phaseOf(task: WanxTask): TaskState['phase'] {
  if (task.status === 'SUCCEEDED') return 'succeeded';
  if (task.status === 'PENDING') return 'queued';
  return task.status === 'RUNNING' ? 'generating' : 'ended';
}

function isOver(task: WanxTask): boolean {
  return task.status === 'FAILED' || task.status === 'CANCELED' || task.status === 'UNKNOWN';
}

function samePrompt(a: string, b: string): boolean {
  const plain = (prompt: string) => prompt.normalize('NFC').replace(/\s+/g, ' ').trim();
  return plain(a) === plain(b);
}
