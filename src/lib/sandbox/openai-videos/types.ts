import type { SandboxRequest } from '#lib/sandbox/dashscope/world/types.ts';
import type { VideoFault } from './fault-kinds.ts';

/** One create request (or remix, edit, extension) with its outcome. Only `accepted` ones would have cost money. */
export interface SandboxCreation {
  atMs: number;
  encoding: 'multipart' | 'json' | 'other';
  prompt: string;
  accepted: boolean;
  /** `lost`: accepted, but no answer reached the client. `dropped`: closed before acceptance. */
  outcome: 'answered' | 'lost' | 'dropped' | 'refused';
  videoId?: string | undefined;
  status?: number | undefined;
  idempotencyKey?: string | undefined;
}

export interface SandboxVideoView {
  id: string;
  model: string;
  prompt: string;
  size: string;
  seconds: string;
  status: string;
  createdAtMs: number;
  completesAtMs: number;
  expiresAtMs: number;
  remixedFromVideoId?: string | undefined;
}

/** The videos of OpenAI's API that a sandbox makes. */
export interface SandboxVideos {
  /** Ends with `/v1`. */
  readonly baseUrl: string;
  videos(): SandboxVideoView[];
  creations(): SandboxCreation[];
  /** Those of this API. */
  requests(): SandboxRequest[];
  /**
   * Makes the next matching request or job fail. Faults are used in the order in which they were scripted; one without
   * `times` happens once. An unknown name or field throws `invalid-input` immediately.
   */
  script(fault: VideoFault): void;
  /**
   * Lets the jobs held by `never-finishes` finish.
   * @param prompt a substring of their prompts
   * @returns the number of jobs released
   */
  letFinish(prompt: string): number;
  /** The bytes that the content of a finished video has, as they would be sent. */
  contentOf(id: string, variant?: 'video' | 'thumbnail' | 'spritesheet'): Promise<Uint8Array>;
}
