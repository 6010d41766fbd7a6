import PQueue from 'p-queue';
import { type Clock, throwIfAborted } from '#lib/base/clock.ts';

/** DashScope allows 20 queries a second for a main account; two are left for other users of the account. */
export const QUERIES_PER_SECOND = 18;
/** A little over a second: times are whole milliseconds, and the server's second is not ours. */
const WINDOW_MS = 1050;

/**
 * At most `limit` departures in any `windowMs`; the others wait, in the order they came. It only keeps one process from
 * provoking refusals: what other processes of the account send is not counted, and a 429 is free and obeyed.
 */
export class RateLimit {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #clock: Clock;
  readonly #queue = new PQueue({ concurrency: 1 });
  /** The last `limit` departures, oldest first. */
  #departuresMs: readonly number[] = [];

  constructor(limit: number, windowMs: number, clock: Clock) {
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  /**
   * Resolves when the caller may send its request.
   * @throws ReelError `aborted` by the signal
   */
  async acquire(signal?: AbortSignal): Promise<void> {
    try {
      await this.#queue.add(() => this.#depart(signal), signal ? { signal } : {});
    } catch (error) {
      throwIfAborted(signal);
      throw error;
    }
  }

  async #depart(signal: AbortSignal | undefined): Promise<void> {
    for (let waitMs = this.#waitMs(); waitMs > 0; waitMs = this.#waitMs()) await this.#clock.wait(waitMs, signal);
    this.#departuresMs = [...this.#departuresMs, this.#clock.now()].slice(-this.#limit);
  }

  #waitMs(): number {
    const nowMs = this.#clock.now();
    // Never in the future: after the clock was set back, waiting for such a time could take hours.
    this.#departuresMs = this.#departuresMs.map((departedMs) => Math.min(departedMs, nowMs));
    const [oldestMs] = this.#departuresMs;
    if (oldestMs === undefined || this.#departuresMs.length < this.#limit) return 0;
    return oldestMs + this.#windowMs - nowMs;
  }
}

const limitsOfClocks = new WeakMap<Clock, Map<string, RateLimit>>();

/**
 * The one limit for a name in this process, whichever client asks. Each clock has limits of its own, so that the tests'
 * times do not mix.
 * @param name what the provider counts together: account (with its host) and kind of request
 * @param perSecond only the first call for a name sets it
 */
export function rateLimitFor(name: string, perSecond: number, clock: Clock): RateLimit {
  const limits = limitsOfClocks.get(clock) ?? new Map<string, RateLimit>();
  limitsOfClocks.set(clock, limits);
  const limit = limits.get(name) ?? new RateLimit(perSecond, WINDOW_MS, clock);
  limits.set(name, limit);
  return limit;
}
