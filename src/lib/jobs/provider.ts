import type { ReelError } from '#lib/base/errors.ts';
import type { AssetFormat } from '#lib/capture/types.ts';
import type { Candidate, Charged, Json } from '#lib/jobs/record/job-record.ts';

/** A task as a record keeps it. */
export interface TaskRef {
  taskId: string;
  /** Anything else that the provider needs to find it again, as returned by `submit`. */
  handle?: Json | undefined;
}

/** What one look at a task of any provider's shows. */
export interface TaskState {
  taskId: string;
  /**
   * An unknown status of the provider counts as `generating`. `failed` is final, and so is `canceled`: the task was
   * stopped at the provider. `unknown`: the provider has no such task, which may be a passing fault or the wrong
   * key, so that it is asked again as long as it keeps results.
   */
  phase: 'queued' | 'generating' | 'succeeded' | 'failed' | 'canceled' | 'unknown';
  /** From 0 to 1. */
  progress?: number | undefined;
  /** How many tasks are served before it. */
  queuePosition?: number | undefined;
  /** What the provider says of the work under way, such as the last line of its log. */
  message?: string | undefined;
  /** Why it failed, was cancelled or is unknown. `billable: 'no'` says that the provider charges nothing for it. */
  failure?: ReelError | undefined;
  /** What it delivers, once it has succeeded. The first that is not optional is the one that the record is about. */
  assets: readonly AssetLink[];
  charged?: Charged | undefined;
  /** When the provider wants the next look; default: in the engine's own intervals. */
  lookAgainAfterMs?: number | undefined;
}

/** One file that a task delivers, under a link that expires. */
export interface AssetLink {
  /** Unique within its task: `video`, `thumbnail`, … */
  name: string;
  url: string;
  /** Sent to the origin of `url` only, never to where it redirects. */
  headers?: Record<string, string> | undefined;
  /** When the link expires, if the URL does not say so itself. */
  expiresAt?: Date | undefined;
  format: AssetFormat;
  /** As of `RemoteAsset`. */
  isStable?: boolean | undefined;
  /** The others are delivered without it. */
  isOptional?: boolean | undefined;
}

export interface Submitted extends TaskRef {
  requestId?: string | undefined;
  /** Until when its result can be fetched. */
  expiresAt?: Date | undefined;
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
   * The same for every request of one purchase, and for no other: an idempotency key for services that honour one. Minted
   * once with the intent, and kept in it.
   */
  submissionId: string;
  /**
   * Ends at once any work before the request is sent (an upload, waiting for a turn). The wait for its answer ends only
   * after some seconds, as `unknown-outcome`: a request that was sent cannot be recalled.
   */
  signal: AbortSignal;
  /**
   * To be called, and waited for, each time just before the request leaves, after all that may have taken long: without it
   * on record the request counts as never sent. If it rejects, nothing is sent
   * and `submit` rejects with its error.
   */
  beforeSend(): Promise<void>;
  /**
   * Called when the request was certainly not accepted and is sent again after a wait, so that callers know of the
   * wait.
   */
  onWait?(wait: SubmitWait): void;
}

export interface SubmitWait {
  /** How often the request has left so far. */
  attempt: number;
  waitMs: number;
  reason: string;
}

/** How the outcome of a submission whose answer was lost is determined. */
export type LostAnswer<Request> =
  /** The provider lists the account's tasks. */
  | {
      kind: 'list';
      /** What it means that no task fits once one would have to show up. */
      emptyMeans: 'not-accepted' | 'unknown';
      /**
       * Tasks of the account that this very request may have made, whenever that was by anybody's clock. Rejects when the
       * provider cannot be asked now; `not-offered` when this server has no list, so that only a person can decide.
       */
      find(query: SubmissionQuery<Request>): Promise<Candidate[] | 'not-offered'>;
    }
  /** The service honours `submissionId`: the same request with the same id gives the same task, and bills once. */
  | {
      kind: 'resend';
      /** For how long after the first request; default an hour. Past it a person has to decide. */
      honouredForMs?: number | undefined;
    }
  /** The outcome cannot be determined: it stays unknown, and a person decides. */
  | { kind: 'unknowable' };

/**
 * A paid, asynchronous service, as the engine sees it. All methods reject with ReelError.
 * `Request` must survive JSON: it is kept in the record, so that another process can finish the work.
 */
export interface JobProvider<Request> {
  /** Names the account's service; a task is only ever looked for at the endpoint it was submitted to. */
  readonly endpoint: string;
  /** Distinguishes accounts without a secret: a task that one has is unknown to another. */
  readonly account?: string | undefined;
  /** What its files can be, the usual one first. A record only has the name of a format. */
  readonly formats: readonly AssetFormat[];
  /** How long the provider keeps, and lists, a task after its submission, in ms; absent: unknown. */
  readonly historyMs?: number | undefined;
  /** After so long every task is over, one way or the other, in ms; absent: unknown. */
  readonly longestTaskMs?: number | undefined;
  readonly lostAnswer: LostAnswer<Request>;
  /** The command that captures a task of which no record says where it belongs, for messages; absent: there is none. */
  readonly captureCommand?: ((taskId: string) => string) | undefined;
  /**
   * How far our clock was ahead of the provider's at its last answer, in ms (negative: behind), by its `Date` header;
   * undefined while unknown.
   */
  clockAheadMs?(): number | undefined;
  /**
   * Sends the request once. `billable: 'no'` on the error says that nothing was accepted; `unknown-outcome` says that
   * this is unknown. Bills: never called again until the outcome of the first call is known, except as `lostAnswer`
   * allows.
   */
  submit(request: Request, options: SubmitOptions): Promise<Submitted>;
  /**
   * Looks at the task once; the engine waits between looks. A task that failed is an answer, not an error: an error says
   * nothing about the task. A `retryable` one is waited through, for `retryAfterMs` at least; any other ends the waiting.
   */
  read(task: TaskRef, signal: AbortSignal): Promise<TaskState>;
  /** Asks the provider to stop the task. Resolves to false when it no longer can be stopped; absent: it never can. */
  cancel?(task: TaskRef, signal: AbortSignal): Promise<boolean>;
}
