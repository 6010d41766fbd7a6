export type WanxTaskStatus = 'PENDING' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELED' | 'UNKNOWN';

/** What the provider metered. Every field depends on the model. */
export interface WanxUsage {
  /** The billed seconds. */
  durationSeconds?: number;
  inputSeconds?: number;
  outputSeconds?: number;
  /** As `720P`. */
  resolution?: string;
  ratio?: string;
  /** `width*height`. */
  size?: string;
  framesPerSecond?: number;
  raw: Record<string, unknown>;
}

export interface WanxTask {
  taskId: string;
  status: WanxTaskStatus;
  /** The provider's word for the status when it is none of ours; `status` is then SUCCEEDED with a link, else RUNNING. */
  unrecognisedStatus?: string;
  /** Signed: anyone who has it can fetch the video. */
  videoUrl?: string;
  /** When the video's URL, or the task itself, stops being readable. */
  expiresAt?: Date;
  requestId?: string;
  /** The prompt as sent, where the provider repeats it. */
  prompt?: string;
  usage?: WanxUsage;
  /** Of a failed task. */
  code?: string;
  message?: string;
  /** The whole answer, unchecked. */
  raw: unknown;
}

/** A row of the account's task list. It has neither prompt nor URL: read the task for those. */
export interface WanxTaskSummary {
  taskId: string;
  status: WanxTaskStatus;
  unrecognisedStatus?: string;
  model?: string;
  /** Request id of the submission that created the task: for recovering a task id whose answer was lost. */
  requestId?: string;
  region?: string;
  createdAt?: Date;
  startedAt?: Date;
  endedAt?: Date;
  raw: unknown;
}
