import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { spendingOf } from '#lib/jobs/record/outcome.ts';
import type { RecordStore, Step } from '#lib/stores/records/record-store.ts';

/** What the submissions of one day (UTC) cost, or may cost, over all records. */
export interface DaySpending {
  usd: number;
  /** Submissions whose price is unknown; they are not in `usd`. */
  unpriced: number;
}

const NANOS_IN_DOLLAR = 1e9;
const DAY_MS = 86_400_000;

/** What a record adds to the totals of its days. A store's totals are whole numbers, so these are billionths of a dollar. */
export function spendingTotalsOf(record: JobRecord): Record<string, number> {
  const totals: Record<string, number> = {};
  const add = (name: string, amount: number) => {
    totals[name] = (totals[name] ?? 0) + amount;
  };
  for (const { at, usd } of spendingOf(record)) {
    const names = namesOf(at.slice(0, 10));
    if (usd === null) add(names.unpriced, 1);
    // A price that was edited to an absurd value must not make the record unusable.
    else if (usd > 0) add(names.usd, Math.min(Math.round(usd * NANOS_IN_DOLLAR), Number.MAX_SAFE_INTEGER));
  }
  return totals;
}

/** The totals that `daySpending` asks for: the store may be waited for over midnight, so tomorrow's as well. */
export function daySpendingNeeds(nowMs: number): string[] {
  return [nowMs, nowMs + DAY_MS].flatMap((ms) => Object.values(namesOf(dayOf(ms))));
}

export function daySpending({ total }: Pick<Step, 'total'>, nowMs: number): DaySpending {
  const names = namesOf(dayOf(nowMs));
  return { usd: total(names.usd) / NANOS_IN_DOLLAR, unpriced: total(names.unpriced) };
}

/** As `daySpending`, outside an update: to reject early what an update would reject. */
export async function readDaySpending(store: Pick<RecordStore<unknown>, 'total'>, nowMs: number): Promise<DaySpending> {
  const { usd, unpriced } = namesOf(dayOf(nowMs));
  return { usd: (await store.total(usd)) / NANOS_IN_DOLLAR, unpriced: await store.total(unpriced) };
}

function namesOf(day: string) {
  return { usd: `nano-usd:${day}`, unpriced: `unpriced:${day}` };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
