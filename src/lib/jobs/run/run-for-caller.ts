import { callSafely } from '#lib/base/call-safely.ts';
import { isReelError, withContext } from '#lib/base/errors.ts';
import type { JobEngine } from '#lib/jobs/engine.server.ts';
import type { Job } from '#lib/jobs/job.ts';
import type { DeadlineWarning, JobProgress } from '#lib/jobs/progress.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import type { RunTuning } from './run-tuning.ts';

/** What the public functions of a provider let their caller say of a run. */
export interface CallerOptions extends RunTuning {
  signal?: AbortSignal | undefined;
  ifBusy?: 'wait' | 'fail' | undefined;
  budgetUsd?: number | undefined;
  onDeadline?: ((warning: DeadlineWarning) => void) | undefined;
}

/** Where a run of the engine is wanted: with the settings for what the caller leaves open. */
export interface CallerContext<R extends JobRecord> {
  engine: Pick<JobEngine<R>, 'run'>;
  settings: { budgetUsd?: number | undefined; pollIntervalMs?: number | undefined };
  onProgress: ((progress: JobProgress) => void) | undefined;
}

/** Runs a job for the caller of a provider's public function. @throws ReelError as the engine */
export function runForCaller<R extends JobRecord, Request>(
  job: Job<R, Request>,
  options: CallerOptions,
  { engine, settings, onProgress }: CallerContext<R>,
): Promise<R> {
  const { clock, leaseTtlMs, settleWindowMs, every, newOwner, newSubmissionId, isSurelyDead, signal, ifBusy } = options;
  const running = engine.run(job, {
    ...{ clock, leaseTtlMs, settleWindowMs, every, newOwner, newSubmissionId, isSurelyDead, signal, ifBusy },
    budgetUsd: options.budgetUsd ?? settings.budgetUsd,
    pollIntervalMs: options.pollIntervalMs ?? settings.pollIntervalMs,
    onEvent: (event) => {
      if (event.kind === 'progress') callSafely(onProgress, event.progress);
      else callSafely(options.onDeadline, event.warning);
    },
  });
  return running.catch(nameTheBudget);
}

/** The engine holds any provider's budget, and does not know where this one is set. */
function nameTheBudget(error: unknown): never {
  if (!isReelError(error) || error.code !== 'budget') throw error;
  const advice =
    'The budget is the option budgetUsd or the setting WANX_BUDGET_USD. Give a price by the option prices.';
  throw withContext(error, { advice });
}
