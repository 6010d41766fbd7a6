import type { Candidate, Charged } from './job-record.ts';

/** What the engine knows about a task of any provider's. */
export interface TaskState {
  taskId: string;
  /** An unrecognised word of the provider's counts as `generating`; `ended` is failed, cancelled or gone. */
  phase: 'queued' | 'generating' | 'succeeded' | 'ended';
  /** Present once succeeded: the signed, expiring link. */
  assetUrl?: string | undefined;
  expiresAt?: Date | undefined;
  charged?: Charged | undefined;
}

export interface FollowOptions {
  signal: AbortSignal;
  /** Ends the waiting, never the task; absent means until the provider ends it. */
  timeoutMs?: number | undefined;
  onUpdate(state: TaskState): void;
}

export interface SubmissionQuery<Request> {
  request: Request;
  requestId?: string | undefined;
  from: Date;
  to: Date;
  signal: AbortSignal;
}

/**
 * A paid, asynchronous service, as the engine sees it. All methods reject with ReelError.
 * `Request` must survive JSON: it is kept in the record, so that another process can finish the work.
 */
export interface JobProvider<Request> {
  /** Names the account's service; a task is only ever looked for at the endpoint it was submitted to. */
  readonly endpoint: string;
  /** How long the provider still lists a task after its submission, in ms. */
  readonly historyMs: number;
  /**
   * Sends the request once. `billable: 'no'` on the error says that nothing was accepted; `unknown-outcome` says that
   * nobody knows. Bills: never called again without settling the first call.
   */
  submit(request: Request): Promise<{ taskId: string; requestId?: string; expiresAt?: Date }>;
  /** Waits for the task to succeed; rejects when it failed, expired or the waiting ended. */
  follow(taskId: string, options: FollowOptions): Promise<TaskState>;
  /** Reads the task once; used for a fresh link. */
  read(taskId: string, signal: AbortSignal): Promise<TaskState>;
  /** Tasks of the account that this very request may have made. Rejects when the provider cannot be asked. */
  findSubmissions(query: SubmissionQuery<Request>): Promise<Candidate[]>;
  /** Asks the provider to stop the task. Resolves to false when it no longer can be stopped. */
  cancel(taskId: string, signal: AbortSignal): Promise<boolean>;
}
