import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { ReelError } from '#lib/base/errors.ts';
import { RATIOS, TIERS } from '#lib/sandbox/clips/clip-sizes.ts';
import { familyOf } from '#lib/sandbox/dashscope/families/model-families.ts';
import type { Order } from '#lib/sandbox/dashscope/rules/order.ts';
import type { BilledInput } from './billed-input.ts';
import { type Span, timeline } from './task-timeline.ts';

const OUTCOMES = ['task-unknown', 'moderation', 'task-failed', 'odd-status', 'never-finishes'] as const;

const taskSchema = z.object({
  taskId: z.string(),
  requestId: z.string(),
  model: z.string(),
  prompt: z.string(),
  promptExtend: z.boolean(),
  tier: z.enum(TIERS),
  ratio: z.enum(RATIOS),
  width: z.number(),
  height: z.number(),
  durationSeconds: z.number(),
  inputSeconds: z.number().default(0),
  mode: z.enum(['standard', 'pro']).default('standard'),
  audio: z.boolean(),
  failure: z.object({ code: z.string(), message: z.string() }).optional(),
  submittedAtMs: z.number(),
  durationMs: z.number(),
  canceledAtMs: z.number().optional(),
  /** The scripted outcome, if any. */
  outcome: z.enum(OUTCOMES).optional(),
  /** Counts how often the object was replaced; the links signed so far; and those declared dead before their time. */
  revision: z.number(),
  linksSigned: z.number(),
  deadLinks: z.array(z.string()),
});
export type SandboxTask = z.infer<typeof taskSchema>;

const submissionSchema = z.object({
  atMs: z.number(),
  model: z.string(),
  prompt: z.string(),
  requestId: z.string(),
  accepted: z.boolean(),
  outcome: z.enum(['answered', 'lost', 'dropped', 'refused']),
  taskId: z.string().optional(),
  status: z.number().optional(),
});
type Submission = z.infer<typeof submissionSchema>;

const stateSchema = z.object({
  seed: z.string(),
  idsMade: z.number(),
  tasks: z.array(taskSchema),
  submissions: z.array(submissionSchema),
  uploads: z.record(z.string(), z.number()),
});
type State = z.infer<typeof stateSchema>;

export interface TaskBookOptions {
  seed: string | undefined;
  statePath: string | undefined;
  taskDurationMs: number;
}

export function isOutcome(name: string | undefined): name is (typeof OUTCOMES)[number] {
  return OUTCOMES.some((outcome) => outcome === name);
}

/** Every task and every submission, kept in memory and, with a `statePath`, written out before an answer leaves. */
export class TaskBook {
  readonly #options: TaskBookOptions;
  #state: State;
  #byId = new Map<string, SandboxTask>();
  #spans: Map<string, Span> | undefined;

  constructor(options: TaskBookOptions) {
    this.#options = options;
    this.#state = load(options.statePath) ?? fresh(options.seed ?? randomBytes(16).toString('hex'));
    for (const task of this.#state.tasks) this.#byId.set(task.taskId, task);
  }

  get seed(): string {
    return this.#state.seed;
  }
  get tasks(): readonly SandboxTask[] {
    return this.#state.tasks;
  }
  get submissions(): Submission[] {
    return this.#state.submissions;
  }
  find(taskId: string): SandboxTask | undefined {
    return this.#byId.get(taskId);
  }

  accept(order: Order & BilledInput, requestId: string, nowMs: number): SandboxTask {
    const task: SandboxTask = {
      ...order,
      taskId: this.newId(),
      requestId,
      submittedAtMs: nowMs,
      durationMs: this.#options.taskDurationMs,
      revision: 0,
      linksSigned: 0,
      deadLinks: [],
    };
    this.#state.tasks.push(task);
    this.#byId.set(task.taskId, task);
    this.#spans = undefined;
    return task;
  }

  /** Changes a task and writes the change out. */
  update(task: SandboxTask, change: Partial<SandboxTask>): void {
    Object.assign(task, change);
    if (change.canceledAtMs !== undefined) this.#spans = undefined;
    this.save();
  }

  noteSubmission(submission: Submission): void {
    this.#state.submissions.push(submission);
    this.save();
  }

  addUpload(key: string, nowMs: number): void {
    this.#state.uploads[key] = nowMs;
    this.save();
  }
  uploadedAtMs(key: string): number | undefined {
    return Object.hasOwn(this.#state.uploads, key) ? this.#state.uploads[key] : undefined;
  }

  spanOf(task: SandboxTask): Span {
    this.#spans ??= timeline(this.#state.tasks, (model) => familyOf(model)?.runningAtOnce ?? 1);
    return this.#spans.get(task.taskId) ?? { startsAtMs: task.submittedAtMs, endsAtMs: task.submittedAtMs };
  }

  /** A UUID that depends on the seed and on how many were made before. */
  newId(): string {
    this.#state.idsMade += 1;
    const hex = createHash('sha256').update(`${this.seed} ${this.#state.idsMade}`).digest('hex');
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `a${hex.slice(17, 20)}`,
      hex.slice(20, 32),
    ].join('-');
  }

  reset(): void {
    // The count of ids stays: a forgotten task's id must not come back for another task.
    this.#state = { ...this.#state, tasks: [], submissions: [], uploads: {} };
    this.#byId.clear();
    this.#spans = undefined;
    this.save();
  }

  /** By rename, so that killing the sandbox never leaves half a state. */
  save(): void {
    const { statePath } = this.#options;
    if (statePath === undefined) return;
    writeFileSync(`${statePath}.new`, JSON.stringify(this.#state));
    renameSync(`${statePath}.new`, statePath);
  }
}

function fresh(seed: string): State {
  return { seed, idsMade: 0, tasks: [], submissions: [], uploads: {} };
}

function load(path: string | undefined): State | undefined {
  if (path === undefined || !existsSync(path)) return undefined;
  try {
    return stateSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new ReelError('store-corrupt', `The sandbox state ${path} cannot be read. Delete it to start over.`, {
      cause,
    });
  }
}
