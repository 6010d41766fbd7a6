import { ReelError } from '#lib/base/errors.ts';
import type { Estimate, JobRecord } from '#lib/jobs/record/job-record.ts';
import { type Spending, spendingOf } from '#lib/jobs/record/outcome.ts';

/**
 * Refuses a submission that could bring the day's spending over the limit.
 * Work whose outcome is not known counts in full; an unknown price cannot be held to any limit, so it is refused.
 * @param budgetUsd undefined means no limit
 * @param spentThisRunUsd what this process has already submitted, which counts even past midnight
 * @throws ReelError `budget`
 */
export function assertBudget(
  records: readonly JobRecord[],
  estimate: Estimate,
  budgetUsd: number | undefined,
  nowMs: number,
  spentThisRunUsd = 0,
): void {
  if (budgetUsd === undefined) return;
  if (estimate.usd === null) {
    throw refusal(`the price of this model is not known, so the budget of $${budgetUsd} cannot be kept`);
  }
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const spentToday = sumUsd(records.flatMap(spendingOf).filter((line) => line.at.startsWith(today)));
  const spent = Math.max(spentToday, spentThisRunUsd);
  if (budgetUsd > 0 && spent + estimate.usd <= budgetUsd + 1e-9) return;
  const left = Math.max(0, budgetUsd - spent);
  throw refusal(
    `it may cost $${estimate.usd.toFixed(2)}, and of the budget of $${budgetUsd.toFixed(2)} $${left.toFixed(2)} is left`,
  );
}

export function sumUsd(lines: readonly Spending[]): number {
  return lines.reduce((sum, line) => sum + (line.usd ?? 0), 0);
}

function refusal(reason: string): ReelError {
  return new ReelError('budget', `Nothing was submitted: ${reason}. Raise the budget, or wait until tomorrow (UTC).`, {
    stage: 'submitting',
  });
}
