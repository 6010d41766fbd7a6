import { type Spending, spendingOf, sumUsd } from './budget.ts';
import type { JobRecord } from './job-record.ts';

/** Spending of one group, in dollars. */
export interface SpendLine {
  name: string;
  submissions: number;
  /** Known dollars: charged where the provider said so, else estimated. */
  usd: number;
  /** Submissions whose price is not known; they are not in `usd`. */
  unpriced: number;
}

export interface SpendReport {
  total: SpendLine;
  byDay: SpendLine[];
  byModel: SpendLine[];
  byGroup: SpendLine[];
  /** Paid, or perhaps paid, without a file to show for it: expired, unknown, left alone after a cancellation. */
  lost: SpendLine;
  inFlight: SpendLine;
}

const LOST: ReadonlySet<Spending['outcome']> = new Set(['expired', 'unknown']);
const FREE: ReadonlySet<Spending['outcome']> = new Set(['refused', 'not-accepted', 'failed', 'canceled']);

/**
 * Sums what all submissions cost, past and current. Free ones (refused, failed, not accepted) are left out.
 * @param groupOf the name under which a record is summed, such as its spot
 */
export function reportSpending<R extends JobRecord>(
  records: readonly R[],
  groupOf: (record: R) => string,
): SpendReport {
  const lines = records
    .flatMap((record) => spendingOf(record).map((line) => ({ ...line, group: groupOf(record) })))
    .filter((line) => !FREE.has(line.outcome));
  return {
    total: sum('total', lines),
    byDay: grouped(lines, (line) => line.at.slice(0, 10)),
    byModel: grouped(lines, (line) => line.model ?? 'unknown model'),
    byGroup: grouped(lines, (line) => line.group),
    lost: sum(
      'lost or unclear',
      lines.filter((line) => LOST.has(line.outcome)),
    ),
    inFlight: sum(
      'in flight',
      lines.filter((line) => line.outcome === 'in-flight'),
    ),
  };
}

function grouped<L extends Spending>(lines: readonly L[], nameOf: (line: L) => string): SpendLine[] {
  const names = [...new Set(lines.map(nameOf))].sort();
  return names.map((name) =>
    sum(
      name,
      lines.filter((line) => nameOf(line) === name),
    ),
  );
}

function sum(name: string, lines: readonly Spending[]): SpendLine {
  return {
    name,
    submissions: lines.length,
    usd: Math.round(sumUsd(lines) * 1e6) / 1e6,
    unpriced: lines.filter((line) => line.usd === null).length,
  };
}
