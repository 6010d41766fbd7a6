import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { costsOf, isLost } from '#lib/jobs/record/outcome.ts';

/** Sums of what `reportSpending` lists line by line, in dollars. */
export interface SpendSums {
  totalUsd: number;
  todayUsd: number;
  lostUsd: number;
  inFlightUsd: number;
  /** Submissions whose price is unknown. */
  unpriced: number;
}

interface Share {
  total: bigint;
  lost: bigint;
  inFlight: bigint;
  unpriced: number;
  byDay: ReadonlyArray<readonly [day: string, amount: bigint]>;
}

// Whole parts of a dollar: floats that are added and taken away again for weeks would drift.
const PARTS_IN_DOLLAR = 1e12;

/** Keeps the sums of all records while single ones change: a change costs the same however many records there are. */
export class SpendTally {
  readonly #shares = new Map<string, Share>();
  readonly #days = new Map<string, bigint>();
  #total = 0n;
  #lost = 0n;
  #inFlight = 0n;
  #unpriced = 0;

  /** @param record undefined: it was removed */
  set(key: string, record: JobRecord | undefined): void {
    const before = this.#shares.get(key);
    if (before) this.#add(before, -1);
    this.#shares.delete(key);
    if (!record) return;
    const share = shareOf(record);
    this.#shares.set(key, share);
    this.#add(share, 1);
  }

  sums(nowMs: number): SpendSums {
    const today = dayOf(nowMs);
    return {
      totalUsd: dollars(this.#total),
      todayUsd: dollars(this.#days.get(today) ?? 0n),
      lostUsd: dollars(this.#lost),
      inFlightUsd: dollars(this.#inFlight),
      unpriced: this.#unpriced,
    };
  }

  #add({ total, lost, inFlight, unpriced, byDay }: Share, sign: 1 | -1): void {
    const factor = BigInt(sign);
    this.#total += factor * total;
    this.#lost += factor * lost;
    this.#inFlight += factor * inFlight;
    this.#unpriced += sign * unpriced;
    for (const [day, amount] of byDay) this.#days.set(day, (this.#days.get(day) ?? 0n) + factor * amount);
  }
}

const TOTALS = { total: 'spent:total', lost: 'spent:lost', inFlight: 'spent:in-flight', unpriced: 'spent:unpriced' };
/** Beyond it a price is absurd, and would only make its record unusable. */
const LARGEST_TOTAL = 1e21;

/** What a record adds to the totals of a store from which `sumsOfTotals` reads. */
export function spendTotalsOf(record: JobRecord): Record<string, number> {
  const { total, lost, inFlight, unpriced, byDay } = shareOf(record);
  const totals: Record<string, number> = {};
  const add = (name: string, amount: bigint) => {
    totals[name] = Math.min((totals[name] ?? 0) + Number(amount), LARGEST_TOTAL);
  };
  add(TOTALS.total, total);
  add(TOTALS.lost, lost);
  add(TOTALS.inFlight, inFlight);
  add(TOTALS.unpriced, BigInt(unpriced));
  for (const [day, amount] of byDay) add(spentOn(day), amount);
  return totals;
}

/** The names of the totals that `sumsOfTotals` reads begin with one of these. */
export function spendTotalNames(nowMs: number): string[] {
  return ['spent:', spentOn(dayOf(nowMs))];
}

export function sumsOfTotals(totals: ReadonlyMap<string, number>, nowMs: number): SpendSums {
  const amount = (name: string) => totals.get(name) ?? 0;
  return {
    totalUsd: dollars(amount(TOTALS.total)),
    todayUsd: dollars(amount(spentOn(dayOf(nowMs)))),
    lostUsd: dollars(amount(TOTALS.lost)),
    inFlightUsd: dollars(amount(TOTALS.inFlight)),
    unpriced: amount(TOTALS.unpriced),
  };
}

function spentOn(day: string): string {
  return `spent-on:${day}`;
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function shareOf(record: JobRecord): Share {
  const lines = costsOf(record).map((line) => ({ ...line, amount: parts(line.usd ?? 0) }));
  const sumOf = (some: typeof lines) => some.reduce((sum, { amount }) => sum + amount, 0n);
  return {
    total: sumOf(lines),
    lost: sumOf(lines.filter(isLost)),
    inFlight: sumOf(lines.filter(({ outcome }) => outcome === 'in-flight')),
    unpriced: lines.filter(({ usd }) => usd === null).length,
    byDay: lines.map(({ at, amount }) => [at.slice(0, 10), amount]),
  };
}

function parts(usd: number): bigint {
  return BigInt(Math.round(usd * PARTS_IN_DOLLAR));
}

function dollars(amount: bigint | number): number {
  return Math.round(Number(amount) / (PARTS_IN_DOLLAR / 1e6)) / 1e6;
}
