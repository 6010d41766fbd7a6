import type { JobEvent } from '#lib/jobs/progress.ts';
import type { RunTuning } from './run-tuning.ts';

/** What one run of a job takes from whoever wants it. */
export interface RunOptions extends RunTuning {
  signal?: AbortSignal | undefined;
  onEvent?: ((event: JobEvent) => void) | undefined;
  /** What to do while another process holds the key: wait for it (default), or fail at once with `busy`. */
  ifBusy?: 'wait' | 'fail' | undefined;
  /** Dollars that this submission may not bring the run or the day over. */
  budgetUsd?: number | undefined;
}
