import { ReelError } from '#lib/base/errors.ts';
import type { Estimate } from '#lib/jobs/record/job-record.ts';
import type { Spending } from '#lib/jobs/record/outcome.ts';
import type { DaySpending } from './day-totals.ts';

/**
 * Refuses a submission that could bring the day's spending over the limit.
 * Work whose outcome is unknown counts in full; an unknown price cannot be checked against a limit, so it is refused.
 * @param spentToday by all records, see `daySpending`
 * @param budgetUsd undefined means no limit
 * @param spentThisRunUsd what this process has already submitted, which counts even past midnight
 * @throws ReelError `budget`
 */
export function assertBudget(
  spentToday: DaySpending,
  estimate: Estimate,
  budgetUsd: number | undefined,
  spentThisRunUsd = 0,
): void {
  if (budgetUsd === undefined) return;
  if (estimate.usd === null) {
    throw refusal(`the price of this model is unknown, so the budget of $${budgetUsd} cannot be enforced`);
  }
  const spent = Math.max(spentToday.usd, spentThisRunUsd);
  if (budgetUsd > 0 && spent + estimate.usd <= budgetUsd + 1e-9) return;
  const left = Math.max(0, budgetUsd - spent);
  const { unpriced } = spentToday;
  const besides = unpriced > 0 ? `, not counting ${unpriced} of today's submissions with an unknown price` : '';
  throw refusal(
    `it may cost $${estimate.usd.toFixed(2)}, and $${left.toFixed(2)} of the budget of $${budgetUsd.toFixed(2)} is left${besides}`,
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
