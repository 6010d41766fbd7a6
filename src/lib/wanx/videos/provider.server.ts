import { commandLine } from '#lib/base/command-line.ts';
import { isReelError } from '#lib/base/errors.ts';
import { mp4 } from '#lib/capture/formats/mp4.server.ts';
import type { JobProvider, SubmissionQuery, SubmitOptions, Submitted, TaskRef, TaskState } from '#lib/jobs/provider.ts';
import type { Candidate, Charged } from '#lib/jobs/record/job-record.ts';
import { likenessOf } from '#lib/jobs/submit/prompt-likeness.ts';
import { endpointName } from '#lib/wanx/dashscope/endpoint.ts';
import { failureOf } from '#lib/wanx/dashscope/poll.ts';
import type { WanxTask, WanxTaskSummary, WanxUsage } from '#lib/wanx/dashscope/task.ts';
import type { TaskService } from '#lib/wanx/dashscope/task-service.ts';
import { type CostQuestion, timesUsd, unitPrice } from '#lib/wanx/models/estimate-cost.ts';
import { findModel } from '#lib/wanx/models/find-model.ts';
import { TASK_LIFE_MS } from '#lib/wanx/models/limits.ts';
import { ALL_RESOLUTIONS } from '#lib/wanx/models/traits.ts';
import type { StoredRequest } from '#lib/wanx/request/stored.ts';

// The provider gives up after three hours (InternalError.Timeout).
const LONGEST_TASK_MS = 3 * 3_600_000;

const PHASES = {
  PENDING: 'queued',
  RUNNING: 'generating',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELED: 'canceled',
  UNKNOWN: 'unknown',
} as const satisfies Record<WanxTask['status'], TaskState['phase']>;

export interface WanProviderOptions {
  /** Where the client sends to. */
  baseUrl: string;
  /** Of the request, for matching in the task list. */
  model: string;
  /** What the price of what was charged depends on. */
  cost: CostQuestion;
}

/** Wan on DashScope as the job engine sees it: one instance for one job. */
export class WanProvider implements JobProvider<StoredRequest> {
  readonly endpoint: string;
  readonly account: string;
  readonly formats = [mp4];
  readonly historyMs = TASK_LIFE_MS;
  readonly longestTaskMs = LONGEST_TASK_MS;
  readonly lostAnswer = {
    kind: 'list',
    emptyMeans: 'not-accepted',
    find: (query: SubmissionQuery<StoredRequest>) => this.#find(query),
  } as const;
  readonly #client: TaskService;
  readonly #options: WanProviderOptions;

  constructor(client: TaskService, options: WanProviderOptions) {
    this.#client = client;
    this.#options = options;
    this.endpoint = endpointName(options.baseUrl);
    this.account = client.account;
  }

  captureCommand(taskId: string): string {
    return commandLine('rescue', `--task ${taskId}`);
  }

  clockAheadMs(): number | undefined {
    return this.#client.clockAheadMs;
  }

  /** DashScope has no idempotency keys. */
  async submit(request: StoredRequest, { submissionId: _unknown, ...options }: SubmitOptions): Promise<Submitted> {
    const { taskId, requestId, expiresAt } = await this.#client.submit(request, options);
    return { taskId, requestId, expiresAt };
  }

  async read({ taskId }: TaskRef, signal: AbortSignal): Promise<TaskState> {
    return this.#stateOf(await this.#client.getTask(taskId, { signal }));
  }

  async cancel({ taskId }: TaskRef, signal: AbortSignal): Promise<boolean> {
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
   * Matches by the submitting call's request id where it is known, else by model and the prompt that each task shows. No
   * time is asked for: with a clock that is wrong the task would not be found, and bought again. A prompt that is shown in
   * another form makes a task that may be ours; only a clearly different one belongs to another submission. A failed
   * task that shows no prompt is left out: it costs nothing and cannot be delivered.
   */
  async #find(query: SubmissionQuery<StoredRequest>): Promise<Candidate[]> {
    const { request, requestId, except, signal } = query;
    const filter = { model: request.model ?? this.#options.model };
    const candidates: Candidate[] = [];
    for await (const row of this.#client.listTasks(filter, { signal })) {
      if (except.has(row.taskId)) continue;
      if (requestId !== undefined && row.requestId === requestId) return [candidateOf(row, true)];
      const candidate = await this.#compare(row, request, signal);
      if (candidate) candidates.push(candidate);
    }
    return candidates;
  }

  async #compare(row: WanxTaskSummary, request: StoredRequest, signal: AbortSignal): Promise<Candidate | undefined> {
    const task = await this.#lookAt(row.taskId, signal);
    // One that cannot be asked for may be anybody's.
    if (!task) return candidateOf(row, false);
    if (task.prompt !== undefined) {
      const likeness = likenessOf(task.prompt, request.prompt ?? '');
      if (likeness === 'different') return undefined;
      return likeness === 'same' ? candidateOf(row, true) : { ...candidateOf(row, false), isSimilar: true };
    }
    return isOver(task.status) && isOver(row.status) ? undefined : candidateOf(row, false);
  }

  async #lookAt(taskId: string, signal: AbortSignal): Promise<WanxTask | undefined> {
    try {
      return await this.#client.getTask(taskId, { signal });
    } catch (error) {
      if (isReelError(error) && error.stage === 'configuring') return undefined;
      throw error;
    }
  }

  #stateOf(task: WanxTask): TaskState {
    const { taskId, videoUrl: url, expiresAt } = task;
    return {
      ...{ taskId, phase: PHASES[task.status], failure: failureOf(task), charged: this.#chargedOf(task) },
      assets: url === undefined ? [] : [{ name: 'video', url, expiresAt, format: mp4 }],
    };
  }

  #chargedOf({ usage }: WanxTask): Charged | undefined {
    if (usage?.durationSeconds === undefined) return undefined;
    const { cost } = this.#options;
    const resolution = ALL_RESOLUTIONS.find((one) => one === usage.resolution) ?? cost.resolution;
    // A model that was removed from the table, or was never in it, has no price.
    const model = findModel(cost.model, { allowUnknownModel: true });
    const usd = timesUsd(unitPrice(model, { ...cost, resolution }), usage.durationSeconds);
    const outputUnits = outputSecondsOf(usage);
    return { units: usage.durationSeconds, ...(outputUnits !== undefined && { outputUnits }), usd, usage: usage.raw };
  }
}

function outputSecondsOf({ durationSeconds, inputSeconds, outputSeconds }: WanxUsage): number | undefined {
  if (outputSeconds !== undefined || inputSeconds === undefined || durationSeconds === undefined) return outputSeconds;
  return Math.max(0, Math.round((durationSeconds - inputSeconds) * 1e6) / 1e6);
}

function candidateOf(row: WanxTaskSummary, isCertain: boolean): Candidate {
  const submittedAt = row.createdAt?.toISOString();
  const { taskId, requestId, status } = row;
  return { taskId, requestId, isCertain, status, submittedAt };
}

/** By the list as well as by the task: what is listed as waiting is there, though a look at it may not find it yet. */
function isOver(status: WanxTask['status']): boolean {
  return status === 'FAILED' || status === 'CANCELED' || status === 'UNKNOWN';
}
