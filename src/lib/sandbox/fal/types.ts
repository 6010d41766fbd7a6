import type { SandboxRequest } from '#lib/sandbox/dashscope/world/types.ts';
import type { FalFault } from './fault-kinds.ts';

/** One POST to the queue with its outcome. Only `accepted` ones would have cost money. */
export interface SandboxFalSubmission {
  atMs: number;
  /** As in the path: `fal-ai/veo3/fast`. */
  endpointId: string;
  accepted: boolean;
  /** `lost`: accepted, but no answer reached the client. `dropped`: closed before acceptance. */
  outcome: 'answered' | 'lost' | 'dropped' | 'refused';
  requestId?: string | undefined;
  status?: number | undefined;
}

export interface SandboxFalRequestView {
  requestId: string;
  endpointId: string;
  input: Record<string, unknown>;
  status: 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED' | 'PAUSED';
  /** `undefined` where it delivers its film. */
  error: string | undefined;
  sentAtMs: number;
  endsAtMs: number;
  /** Of its media; undefined: never. */
  expiresAtMs: number | undefined;
}

export interface SandboxFalWebhook {
  requestId: string;
  url: string;
  /** Of the receiver's answer; undefined without one. */
  status: number | undefined;
}

/** fal's queue, as a sandbox plays it. */
export interface SandboxFal {
  /** Where `https://queue.fal.run` would be. */
  readonly queueBaseUrl: string;
  /** Where `https://api.fal.ai` would be. */
  readonly apiBaseUrl: string;
  /** Where `https://rest.fal.ai` would be: uploads and the keys of webhooks. */
  readonly restBaseUrl: string;
  falRequests(): SandboxFalRequestView[];
  submissions(): SandboxFalSubmission[];
  /** Those of this API and of its media. */
  requests(): SandboxRequest[];
  /** Every webhook that was sent. */
  webhooks(): SandboxFalWebhook[];
  /**
   * Makes the next matching request or job fail. Faults are used in the order in which they were scripted; one without
   * `times` happens once. An unknown name or field throws `invalid-input` immediately. `match.model` is the endpoint's id.
   */
  script(fault: FalFault): void;
  /**
   * Lets the jobs held by `never-finishes` finish.
   * @param prompt a substring of their prompts
   * @returns the number of jobs released
   */
  letFinish(prompt: string): number;
  /** The bytes of a finished request's film, the first or another one. */
  filmOf(requestId: string, index?: number): Promise<Uint8Array>;
}
