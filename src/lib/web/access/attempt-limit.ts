import type { Clock } from '#lib/base/clock.ts';

export interface AttemptLimitOptions {
  clock: Pick<Clock, 'now'>;
  /** Wrong tokens from one address within the window. */
  perAddress: number;
  /** Wrong tokens from all addresses together: many machines can take turns guessing. */
  overall: number;
  windowMs: number;
}

interface Count {
  failures: number;
  untilMs: number;
}

// More addresses than this within one window are an attack, and must not fill memory.
const MOST_ADDRESSES = 10_000;

/** Counts wrong tokens, and says how long further wrong ones are only told to wait. */
export class AttemptLimit {
  readonly #options: AttemptLimitOptions;
  readonly #counts = new Map<string, Count>();
  #overall: Count = { failures: 0, untilMs: 0 };

  constructor(options: AttemptLimitOptions) {
    this.#options = options;
  }

  /** Milliseconds until the address may try another token; 0: now. */
  waitMs(address: string): number {
    const nowMs = this.#options.clock.now();
    const { perAddress, overall } = this.#options;
    return Math.max(waitOf(this.#counts.get(address), perAddress, nowMs), waitOf(this.#overall, overall, nowMs));
  }

  fail(address: string): void {
    const nowMs = this.#options.clock.now();
    this.#overall = this.#counted(this.#overall, nowMs);
    const count = this.#counted(this.#counts.get(address), nowMs);
    // When a window begins, its address moves to the end, so that the map is ordered by expiry.
    if (count.failures === 1) this.#counts.delete(address);
    this.#counts.set(address, count);
    for (const [oldest] of this.#counts) {
      if (this.#counts.size <= MOST_ADDRESSES) break;
      this.#counts.delete(oldest);
    }
  }

  /** How many addresses are remembered. */
  get addresses(): number {
    return this.#counts.size;
  }

  #counted(count: Count | undefined, nowMs: number): Count {
    if (count && nowMs < count.untilMs) return { ...count, failures: count.failures + 1 };
    return { failures: 1, untilMs: nowMs + this.#options.windowMs };
  }
}

function waitOf(count: Count | undefined, most: number, nowMs: number): number {
  return count && count.failures >= most ? Math.max(0, count.untilMs - nowMs) : 0;
}
