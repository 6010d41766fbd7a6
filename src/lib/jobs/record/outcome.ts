import type { JobRecord, PastSubmission } from './job-record.ts';
import { currentOutcome, type Outcome } from './state.ts';

/** One line of spending: when, how much at most, and whether it is certain. */
export interface Spending {
  at: string;
  model?: string | undefined;
  taskId?: string | undefined;
  outcome: Outcome;
  /** The charge reported by the provider, else the estimate; null when the price is unknown. */
  usd: number | null;
  units: number;
}

/** Ends of a submission that cost nothing. */
export const FREE_OUTCOMES: ReadonlySet<string> = new Set(['refused', 'not-accepted', 'failed', 'canceled']);

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
    usd: FREE_OUTCOMES.has(outcome) ? 0 : (charged?.usd ?? intent.estimate.usd),
    units: FREE_OUTCOMES.has(outcome) ? 0 : (charged?.units ?? intent.estimate.units),
  });
  return lines;
}

function spendingOfPast(past: PastSubmission): Spending {
  const free = FREE_OUTCOMES.has(past.outcome);
  return {
    at: past.at,
    model: past.model,
    taskId: past.taskId,
    outcome: past.outcome,
    usd: free ? 0 : (past.charged?.usd ?? past.estimate?.usd ?? null),
    units: free ? 0 : (past.charged?.units ?? past.estimate?.units ?? 0),
  };
}

const LOST: ReadonlySet<Spending['outcome']> = new Set(['expired', 'unknown']);
/** Paid, or perhaps paid, without a file. */
export const isLost = ({ outcome }: Spending): boolean => LOST.has(outcome);

/** The submissions of a record that cost something, or may. */
export function costsOf(record: JobRecord): Spending[] {
  return spendingOf(record).filter(({ outcome }) => !FREE_OUTCOMES.has(outcome));
}
