import * as z from 'zod';
import { checkInput, input } from '#lib/base/input/check-input.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { costsOf, isLost, type Spending, spendingOf } from '#lib/jobs/record/outcome.ts';
import { sumUsd } from './budget.ts';

/** Spending of one group, in dollars. */
export interface SpendLine {
  name: string;
  submissions: number;
  /** Known dollars: charged where the provider said so, else estimated. */
  usd: number;
  /** Submissions whose price is unknown; they are not in `usd`. */
  unpriced: number;
}

export interface SpendReport {
  total: SpendLine;
  byDay: SpendLine[];
  byModel: SpendLine[];
  byGroup: SpendLine[];
  /** Paid, or perhaps paid, without a file: expired, unknown, or abandoned after a cancellation. */
  lost: SpendLine;
  inFlight: SpendLine;
}

const listSchema = z.array(z.unknown(), 'must be a list of records, as returned by getAllVideoMetadata()');
const recordSchema = z.looseObject(
  {
    status: input.text,
    history: z
      .custom((value) => Array.isArray(value) && value.every(isPast), 'must be a list of submissions')
      .optional(),
    receipt: z.custom(isReceipt, 'must be a receipt with what was charged').optional(),
    intent: z.custom(isPriced, 'must be a submission with its time and estimate').optional(),
  },
  'must be a record, as returned by getAllVideoMetadata()',
);

/**
 * Sums what all submissions cost, past and current. Free ones (refused, failed, not accepted) are left out.
 * @param groupOf the name under which a record is summed, such as its spot
 * @throws ReelError `invalid-input` for what is no list of records, and for a `groupOf` that returns no name
 */
export function reportSpending<R extends JobRecord>(
  records: readonly R[],
  groupOf: (record: R) => string,
): SpendReport {
  checkInput(listSchema, 'records', records);
  checkInput(input.listener, 'groupOf', groupOf);
  const lines = records.flatMap((record, index) => {
    checkInput(recordSchema, `records.${index}`, record);
    if (spendingOf(record).length === 0) return [];
    const group = nameBy(groupOf, record);
    return costsOf(record).map((line) => ({ ...line, group }));
  });
  return {
    total: sum('total', lines),
    byDay: grouped(lines, (line) => line.at.slice(0, 10)),
    byModel: grouped(lines, (line) => line.model ?? 'unknown model'),
    byGroup: grouped(lines, (line) => line.group),
    lost: sum('lost or unclear', lines.filter(isLost)),
    inFlight: sum(
      'in flight',
      lines.filter((line) => line.outcome === 'in-flight'),
    ),
  };
}

function nameBy<R>(groupOf: (record: R) => string, record: R): string {
  const name = groupOf(record);
  return checkInput(input.text, 'The result of groupOf', name);
}

function isPast(value: unknown): boolean {
  return isObject(value) && typeof value.at === 'string' && typeof value.outcome === 'string';
}

function isPriced(value: unknown): boolean {
  return isObject(value) && typeof value.at === 'string' && isObject(value.estimate);
}

function isReceipt(value: unknown): boolean {
  return isObject(value) && isObject(value.charged);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function grouped<L extends Spending>(lines: readonly L[], nameOf: (line: L) => string): SpendLine[] {
  const groups = new Map<string, L[]>();
  for (const line of lines) {
    const name = nameOf(line);
    const group = groups.get(name);
    if (group) group.push(line);
    else groups.set(name, [line]);
  }
  return [...groups.keys()].sort().map((name) => sum(name, groups.get(name) ?? []));
}

function sum(name: string, lines: readonly Spending[]): SpendLine {
  return {
    name,
    submissions: lines.length,
    usd: Math.round(sumUsd(lines) * 1e6) / 1e6,
    unpriced: lines.filter((line) => line.usd === null).length,
  };
}
