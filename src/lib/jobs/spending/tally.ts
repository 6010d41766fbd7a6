import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { costsOf, isLost } from './report.ts';

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
    const today = new Date(nowMs).toISOString().slice(0, 10);
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

function dollars(amount: bigint): number {
  return Math.round(Number(amount) / (PARTS_IN_DOLLAR / 1e6)) / 1e6;
}
