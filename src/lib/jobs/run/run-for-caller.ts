import { callSafely } from '#lib/base/call-safely.ts';
import { isReelError, withContext } from '#lib/base/errors.ts';
import type { Job } from '#lib/jobs/job.ts';
import type { DeadlineWarning, JobProgress } from '#lib/jobs/progress.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import type { RunOptions } from './run-options.ts';
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
  engine: { run<Request>(job: Job<R, Request>, options: RunOptions): Promise<R> };
  settings: { budgetUsd?: number | undefined; pollIntervalMs?: number | undefined };
  onProgress: ((progress: JobProgress) => void) | undefined;
  /** Where the budget is set, for whom it stops; default: the option or the setting, with a price of one's own. */
  budgetAdvice?: string | undefined;
}

/** Runs a job for the caller of a provider's public function. @throws ReelError as the engine */
export function runForCaller<R extends JobRecord, Request>(
  job: Job<R, Request>,
  options: CallerOptions,
  { engine, settings, onProgress, budgetAdvice }: CallerContext<R>,
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
  return running.catch((error: unknown) => nameTheBudget(error, budgetAdvice));
}

const BUDGET_ADVICE =
  'The budget is the option budgetUsd or the setting WANX_BUDGET_USD. Give a price by the option prices.';

/** The engine holds any provider's budget, and does not know where this one is set. */
function nameTheBudget(error: unknown, advice = BUDGET_ADVICE): never {
  if (!isReelError(error) || error.code !== 'budget') throw error;
  throw withContext(error, { advice });
}
