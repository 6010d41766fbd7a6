import { ReelError } from '#lib/base/errors.ts';
import { type Estimate, isUnfinished, type JobRecord, type PastSubmission } from '#lib/jobs/record/job-record.ts';

/** One line of spending: when, how much at most, and whether it is certain. */
export interface Spending {
  at: string;
  model?: string | undefined;
  taskId?: string | undefined;
  outcome: PastSubmission['outcome'] | 'in-flight';
  /** What was charged where the provider said so, else what was estimated; null when no price is known. */
  usd: number | null;
  units: number;
}

const FREE: ReadonlySet<string> = new Set(['refused', 'not-accepted', 'failed', 'canceled']);

/** All submissions of a record, past and current, each with what it cost or may have cost. */
export function spendingOf(record: JobRecord): Spending[] {
  const lines = (record.history ?? []).map(spendingOfPast);
  const { intent } = record;
  if (!intent) return lines;
  const charged = record.receipt && record.receipt.taskId === record.taskId ? record.receipt.charged : undefined;
  const outcome = currentOutcome(record);
  lines.push({
    at: intent.at,
    model: record.model,
    taskId: record.taskId,
    outcome,
    usd: FREE.has(outcome) ? 0 : (charged?.usd ?? intent.estimate.usd),
    units: FREE.has(outcome) ? 0 : (charged?.units ?? intent.estimate.units),
  });
  return lines;
}

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

function spendingOfPast(past: PastSubmission): Spending {
  const free = FREE.has(past.outcome);
  return {
    at: past.at,
    model: past.model,
    taskId: past.taskId,
    outcome: past.outcome,
    usd: free ? 0 : (past.charged?.usd ?? past.estimate?.usd ?? null),
    units: free ? 0 : (past.charged?.units ?? past.estimate?.units ?? 0),
  };
}

/** How the submission that the record's intent describes stands now. */
export function currentOutcome(record: JobRecord): Spending['outcome'] {
  if (record.status === 'ready') return 'delivered';
  if (record.cancelConfirmed) return 'canceled';
  // Left alone: it may run on and be billed, and nobody fetches it.
  if (record.canceledAt !== undefined) return 'unknown';
  if (record.taskId === undefined) return record.errorCode === 'unknown-outcome' ? 'unknown' : 'in-flight';
  // Before its time is over a task that cannot be found is looked for again.
  if (isUnfinished(record)) return 'in-flight';
  if (record.errorCode === 'expired' || record.errorCode === 'not-found') return 'expired';
  return isFreeOfCharge(record) ? 'failed' : 'unknown';
}

/** A failed task is, but one may also succeed, be billed and have nothing to show: the receipt of the failure knows. */
function isFreeOfCharge({ receipt, taskId, errorCode }: JobRecord): boolean {
  return receipt?.taskId === taskId ? receipt?.charged.usd === 0 : errorCode === 'rejected';
}

function refusal(reason: string): ReelError {
  return new ReelError('budget', `Nothing was submitted: ${reason}. Raise the budget, or wait until tomorrow (UTC).`, {
    stage: 'submitting',
  });
}
