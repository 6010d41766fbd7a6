import type { Candidate, Charged } from '#lib/jobs/record/job-record.ts';

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

export interface Submitted {
  taskId: string;
  requestId?: string | undefined;
  expiresAt?: Date | undefined;
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
  /** Tasks that records own already: no need to look at them. */
  except: ReadonlySet<string>;
  signal: AbortSignal;
}

export interface SubmitOptions {
  /**
   * Ends whatever comes before the request leaves (an upload, waiting for a turn) at once. The wait for its answer it ends
   * only after some seconds, as `unknown-outcome`: what has left cannot be called back.
   */
  signal: AbortSignal;
  /**
   * Called each time just before the request leaves, after all that may have taken long. If it rejects, nothing is sent
   * and `submit` rejects with its error.
   */
  beforeSend(): Promise<void>;
  /** Called when the request was surely not accepted and will leave again after a wait, so that nobody waits unknowingly. */
  onWait?(wait: SubmitWait): void;
}

export interface SubmitWait {
  /** How often the request has left so far. */
  attempt: number;
  waitMs: number;
  reason: string;
}

/**
 * A paid, asynchronous service, as the engine sees it. All methods reject with ReelError.
 * `Request` must survive JSON: it is kept in the record, so that another process can finish the work.
 */
export interface JobProvider<Request> {
  /** Names the account's service; a task is only ever looked for at the endpoint it was submitted to. */
  readonly endpoint: string;
  /** Tells accounts apart without a secret: a task that one has is unknown to another. */
  readonly account?: string | undefined;
  /** How long the provider still lists a task after its submission, in ms. */
  readonly historyMs: number;
  /** After so long every task is over, one way or the other, in ms. */
  readonly longestTaskMs: number;
  /**
   * How far our clock was ahead of the provider's at its last answer, in ms (negative: behind), by its `Date` header;
   * undefined while it is not known.
   */
  clockAheadMs?(): number | undefined;
  /**
   * Sends the request once. `billable: 'no'` on the error says that nothing was accepted; `unknown-outcome` says that
   * nobody knows. Bills: never called again without settling the first call.
   */
  submit(request: Request, options: SubmitOptions): Promise<Submitted>;
  /**
   * Waits for the task to succeed; rejects when it failed, expired or the waiting ended. Only the error of a task that
   * has itself failed says `billable: 'no'`. A task that somebody has cancelled at the provider rejects as `aborted`
   * although the signal is not.
   */
  follow(taskId: string, options: FollowOptions): Promise<TaskState>;
  /** Reads the task once; used for a fresh link. */
  read(taskId: string, signal: AbortSignal): Promise<TaskState>;
  /**
   * Tasks of the account that this very request may have made, whenever that was by anybody's clock. Rejects when the
   * provider cannot be asked.
   */
  findSubmissions(query: SubmissionQuery<Request>): Promise<Candidate[]>;
  /** Asks the provider to stop the task. Resolves to false when it no longer can be stopped. */
  cancel(taskId: string, signal: AbortSignal): Promise<boolean>;
}
