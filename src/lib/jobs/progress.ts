import type { ErrorCode } from '#lib/base/errors.ts';
import type { CaptureProgress } from '#lib/capture/options/progress.ts';
import type { Estimate } from '#lib/jobs/record/job-record.ts';

/** Progress reported to a caller while a job runs. Times are ISO 8601 UTC. */
export type JobProgress =
  | { stage: 'prompt'; prompt: string }
  | { stage: 'submitting'; attempt: number; estimate: Estimate }
  | { stage: 'queued'; taskId?: string; elapsedMs: number; expiresAt?: string; queuePosition?: number }
  /** `progress` from 0 to 1, and `message`, where the provider reports them. */
  | { stage: 'generating'; taskId: string; elapsedMs: number; expiresAt?: string; progress?: number; message?: string }
  | CaptureProgress
  /** The verified file is on its way to object storage. */
  | { stage: 'uploading'; bytesSent: number; bytesTotal: number }
  | { stage: 'ready'; localPath: string; sizeBytes: number }
  | { stage: 'failed'; code: ErrorCode; error: string; taskId?: string };

/**
 * Reported once at half and once at a tenth of the time between submission and the link's expiry, while not captured:
 * once for a task, over all tries and processes.
 */
export interface DeadlineWarning {
  key: string;
  taskId: string;
  expiresAt: string;
  timeLeftMs: number;
  fractionLeft: 0.5 | 0.1;
}

/** Every event of a running job: progress, or a warning about its deadline. */
export type JobEvent = { kind: 'progress'; progress: JobProgress } | { kind: 'deadline'; warning: DeadlineWarning };
