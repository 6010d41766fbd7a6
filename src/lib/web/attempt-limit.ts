import type { Clock } from '#lib/base/clock.ts';

export interface AttemptLimitOptions {
  clock: Pick<Clock, 'now'>;
  /** Wrong tokens from one address within the window. */
  perAddress: number;
  /** Wrong tokens from all addresses together: many machines can guess in turn. */
  overall: number;
  windowMs: number;
}

interface Count {
  failures: number;
  untilMs: number;
}

// More addresses than this within one window are an attack, and must not fill the memory.
const MOST_ADDRESSES = 10_000;

/** Counts wrong tokens, and says when the next one may be tried. */
export class AttemptLimit {
  readonly #options: AttemptLimitOptions;
  readonly #counts = new Map<string, Count>();
  #overall: Count = { failures: 0, untilMs: 0 };

  constructor(options: AttemptLimitOptions) {
    this.#options = options;
  }

  /** Milliseconds until the address may try again; 0: now. */
  waitMs(address: string): number {
    const nowMs = this.#options.clock.now();
    const { perAddress, overall } = this.#options;
    return Math.max(waitOf(this.#counts.get(address), perAddress, nowMs), waitOf(this.#overall, overall, nowMs));
  }

  fail(address: string): void {
    const nowMs = this.#options.clock.now();
    this.#overall = this.#counted(this.#overall, nowMs);
    this.#counts.set(address, this.#counted(this.#counts.get(address), nowMs));
    if (this.#counts.size > MOST_ADDRESSES) this.#forgetOver(nowMs);
  }

  #counted(count: Count | undefined, nowMs: number): Count {
    if (count && nowMs < count.untilMs) return { ...count, failures: count.failures + 1 };
    return { failures: 1, untilMs: nowMs + this.#options.windowMs };
  }

  #forgetOver(nowMs: number): void {
    for (const [address, { untilMs }] of this.#counts) {
      if (untilMs <= nowMs || this.#counts.size > MOST_ADDRESSES) this.#counts.delete(address);
    }
  }
}

function waitOf(count: Count | undefined, most: number, nowMs: number): number {
  return count && count.failures >= most ? Math.max(0, count.untilMs - nowMs) : 0;
}
