import type { Clock } from '#lib/base/clock.ts';
import type { SandboxFal } from '#lib/sandbox/fal/types.ts';
import type { NotionSandbox } from '#lib/sandbox/notion/types.ts';
import type { SandboxVideos } from '#lib/sandbox/openai-videos/types.ts';
import type { Fault } from './fault-kinds.ts';

/** All optional; times are milliseconds. */
export interface SandboxOptions {
  /** 0 (default) takes any free port. */
  port?: number;
  /** The sandbox listens on loopback only. */
  host?: '127.0.0.1';
  /** Only this key is accepted. Default: any key that starts with `sk-`, except those that start with `sk-invalid`. */
  apiKey?: string;
  /** From submission to SUCCEEDED when nothing queues; a quarter of it is spent PENDING. Default 3000. */
  taskDurationMs?: number;
  /** How long a task id and its result live, counted as the provider counts: 24 h. */
  resultTtlMs?: number;
  /** How long one signed link lives; default `resultTtlMs`. Reading the task again gives a fresh link. */
  linkTtlMs?: number;
  /** A JSON file that holds the tasks, so that a sandbox started later with the same path continues them. */
  statePath?: string;
  clock?: Clock;
  /** Makes task ids and signatures repeatable. Default random. */
  seed?: string;
  /** Pads every delivered video with a `free` box to at least this many bytes, to test large files. */
  minBytes?: number;
  /** The provider's own limits (5 submissions/s, 20 queries/s, 5 running) are enforced unless this is false. */
  enforceLimits?: boolean;
  /** What happens to a task beyond the concurrency limit; the provider documents neither. Default `queue` (PENDING). */
  overConcurrency?: 'queue' | 'refuse';
  /** Rejects fields that the provider ignores, so that typos are noticed. What the official SDKs always add is allowed. */
  strict?: boolean;
  /** How long the content of OpenAI's videos can be downloaded, from their completion on: 1 h. */
  videoLifetimeMs?: number;
  /** OpenAI's videos: requests with the same `Idempotency-Key` make one video, which the API does not document. */
  honourIdempotencyKeys?: boolean;
  /** Zone of `submit_time` and of the list's `start_time`, which the provider does not state. Default 480 (UTC+8). */
  zoneOffsetMinutes?: number;
  /** Only this Notion token is accepted. Default: any that starts with `ntn_` or `secret_`, except `ntn_invalid…`. */
  notionToken?: string;
  /** What a Notion token may send in any 60 seconds, also at once; more is answered 429. Default 180. */
  notionRequestsPerMinute?: number;
}

/** One create request with its outcome. Only `accepted` ones would have cost money. */
export interface SandboxSubmission {
  atMs: number;
  model: string;
  prompt: string;
  requestId: string;
  accepted: boolean;
  /** `lost`: accepted, but no answer reached the client. `dropped`: closed before acceptance. */
  outcome: 'answered' | 'lost' | 'dropped' | 'refused';
  taskId?: string | undefined;
  status?: number | undefined;
}

/** One line of the request log. Paths only: no query string, no header values, so no secret. */
export interface SandboxRequest {
  atMs: number;
  method: string;
  path: string;
  requestId: string;
  /** Absent while no answer has been sent, and permanently if the connection was cut before one. */
  status?: number;
  taskId?: string;
  range?: string;
  ifMatch?: string;
  faults?: string[];
  bodyBytesSent: number;
  /** True if the request had an Authorization header or an API key; requests to the result host never should. */
  sentCredentials: boolean;
  /** True once the sandbox has sent the complete response. */
  finished: boolean;
}

export interface SandboxTaskView {
  taskId: string;
  requestId: string;
  model: string;
  prompt: string;
  status: string;
  submittedAtMs: number;
  startsAtMs: number;
  endsAtMs: number;
}

export interface SandboxCounts {
  /** Submissions that the sandbox accepted: what a real account would have been charged for. */
  accepted: number;
  refused: number;
  dropped: number;
  /** The accepted ones whose response never reached the client. */
  lost: number;
  downloadsFinished: number;
}

export interface Sandbox {
  /** Ends with `/api/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** The environment that points Reelkeep (or another client) at this sandbox. */
  readonly env: Record<string, string>;
  /** A workspace of Notion, whose pages the app updates. */
  readonly notion: NotionSandbox;
  /** The videos made by OpenAI's API. */
  readonly openaiVideos: SandboxVideos;
  /** fal's queue; the rest of this interface is about DashScope. */
  readonly fal: SandboxFal;
  tasks(): SandboxTaskView[];
  submissions(): SandboxSubmission[];
  requests(): SandboxRequest[];
  counts(): SandboxCounts;
  /**
   * Makes the next matching request or task fail. Faults are used in the order in which they were scripted; one
   * without `times` happens once. See `Fault` for the names and docs/sandbox.md for the table.
   * An unknown name or field throws `invalid-input` immediately.
   */
  script(fault: Fault): void;
  /**
   * Lets the tasks held by `never-finishes` finish, so that a test controls how long they run.
   * @param prompt a substring of their prompts
   * @returns the number of tasks released
   */
  letFinish(prompt: string): number;
  /** Clears tasks, uploads, faults, counts and the log; the port, the key and the options stay. */
  reset(): void;
  /** Cuts every open connection and frees the port. */
  close(): Promise<void>;
}
