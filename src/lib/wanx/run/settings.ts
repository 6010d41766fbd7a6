import type { HttpDispatcher } from '#lib/base/network/http-dispatcher.ts';
import type { CaptureOptions } from '#lib/capture/types.ts';
import type { DeadlineWarning, JobProgress } from '#lib/jobs/progress.ts';
import type { RunTuning } from '#lib/jobs/run/run-tuning.ts';

export type GenerateProgress = JobProgress;
export type ProgressCallback = (progress: GenerateProgress) => void;

/** Things that every kind of run takes; `RunTuning`, `dispatcher` and `resolve` are for tests. */
export interface RunSettings extends RunTuning {
  signal?: AbortSignal | undefined;
  /** Called when half, and when a tenth, of a link's lifetime is left and its video is not captured yet. */
  onDeadline?: ((warning: DeadlineWarning) => void) | undefined;
  /** Ends any waiting of this call, not the task: `resumeVideos` finishes it. Default: no limit. */
  timeoutMs?: number | undefined;
  /** While another process works on the same video: wait for its result (default) or fail with `busy`. */
  ifBusy?: 'wait' | 'fail' | undefined;
  /** Refuses a larger file; default 4 GiB. */
  maxBytes?: number | undefined;
  /**
   * Also makes the pictures of the film, once it is safe, and waits for them; default: the setting REELKEEP_PICTURES.
   * Nothing about them makes a finished film fail.
   */
  pictures?: boolean | undefined;
  /**
   * Accepts records and video folder as one store, as they are. Without it, missing records and a folder of other
   * records are refused.
   */
  adopt?: boolean | undefined;
  /** Default: the environment's. */
  apiKey?: string | undefined;
  dispatcher?: HttpDispatcher | undefined;
  /** Answers names for captures, in place of the system's resolver. */
  resolve?: CaptureOptions['resolve'];
}
