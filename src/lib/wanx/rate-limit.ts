import { type Clock, throwIfAborted } from '#lib/base/clock.ts';

/** DashScope allows 20 queries a second for a main account; two are left for the jitter of the network. */
export const QUERIES_PER_WINDOW = 18;
/** A little over a second: a timer may fire early, and the server's second is not ours. */
export const WINDOW_MS = 1050;

/** Lets `limit` callers pass in any window of `windowMs`; the others wait in the order they came. */
export class RateLimit {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #clock: Clock;
  #passedAt: number[] = [];

  constructor(limit: number, windowMs: number, clock: Clock) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  /** @throws ReelError `aborted` by the signal */
  async pass(signal?: AbortSignal): Promise<void> {
    for (;;) {
      throwIfAborted(signal);
      const nowMs = this.#clock.now();
      // A time in the future means that the system clock was set back; waiting it out could take hours.
      this.#passedAt = this.#passedAt.filter((atMs) => atMs <= nowMs && atMs > nowMs - this.#windowMs);
      if (this.#passedAt.length < this.#limit) {
        this.#passedAt.push(nowMs);
        return;
      }
      await this.#clock.wait((this.#passedAt[0] ?? nowMs) + this.#windowMs - nowMs, signal);
    }
  }
}

/** One limit for each clock and name, shared by every client in the process: the provider counts them together. */
const shared = new WeakMap<Clock, Map<string, RateLimit>>();

/**
 * @param name what is counted together: account and kind of request. Not the key itself, which would stay in memory
 * @param perWindow only the first call for a name sets it
 */
export function sharedLimit(name: string, perWindow: number, clock: Clock): RateLimit {
  const limits = shared.get(clock) ?? new Map<string, RateLimit>();
  shared.set(clock, limits);
  const limit = limits.get(name) ?? new RateLimit(perWindow, WINDOW_MS, clock);
  limits.set(name, limit);
  return limit;
}
