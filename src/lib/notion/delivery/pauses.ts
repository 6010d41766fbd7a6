import { backoffDelayMs } from '#lib/base/backoff.ts';
import type { Clock } from '#lib/base/clock.ts';
import type { ErrorCode, ReelError } from '#lib/base/errors.ts';
import type { Delays, Failure } from '#lib/notion/records/record.ts';

const MINUTE_MS = 60_000;
/** Notion's limits pass by themselves within seconds, a limit of the whole workspace within minutes. */
const LONGEST_PAUSE_MS = 60 * MINUTE_MS;
const BY_ITSELF = { baseMs: 1000, maxMs: MINUTE_MS };
const BY_A_PERSON = { baseMs: 30_000, maxMs: 10 * MINUTE_MS };
const OF_A_PAGE = { baseMs: 1000, maxMs: 5 * MINUTE_MS };
const AT_REST = { baseMs: 10 * MINUTE_MS, maxMs: 6 * 60 * MINUTE_MS };

/** What concerns every page. The value says what ends it. */
const CONNECTION_WIDE: Partial<Record<ErrorCode, typeof BY_ITSELF>> = {
  'rate-limited': BY_ITSELF,
  network: BY_ITSELF,
  timeout: BY_ITSELF,
  auth: BY_A_PERSON,
  config: BY_A_PERSON,
};
/** These may be caused by the page itself after all, so it also has a back-off of its own. */
const PERHAPS_OF_THE_PAGE: ReadonlySet<ErrorCode> = new Set(['network', 'timeout']);

/** When the next request may be sent, after failures that concern the whole connection. */
export class Pauses {
  readonly #clock: Clock;
  #untilMs = 0;
  #failures = 0;
  #isLimited = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get untilMs(): number {
    return this.#untilMs;
  }

  /** Of one page, for `afterAttempt`. */
  get delays(): Delays {
    return {
      afterFailureMs: (attempts) => backoffDelayMs(attempts, OF_A_PAGE, this.#clock),
      atRestMs: (attempts) => backoffDelayMs(attempts, AT_REST, this.#clock),
    };
  }

  /** Somebody wants a try now. What Notion itself asked for holds. */
  hurry(): void {
    if (!this.#isLimited) this.clear();
  }

  /** After an attempt that Notion answered as usual. */
  clear(): void {
    this.#failures = 0;
    this.#untilMs = 0;
  }

  /** After an attempt that failed. */
  note(error: ReelError): Failure {
    const reason = error.message;
    const { code, retryAfterMs } = error;
    const limits = CONNECTION_WIDE[code];
    if (!limits) return { reason, nextTryMs: retryAfterMs === undefined ? undefined : this.#after(retryAfterMs) };
    this.#failures += 1;
    this.#isLimited = code === 'rate-limited';
    this.#untilMs = this.#after(retryAfterMs ?? backoffDelayMs(this.#failures, limits, this.#clock));
    if (code === 'rate-limited') return { reason, nextTryMs: this.#untilMs, pausedUntilMs: this.#untilMs };
    return { reason, nextTryMs: PERHAPS_OF_THE_PAGE.has(code) ? undefined : this.#untilMs };
  }

  #after(ms: number): number {
    return this.#clock.now() + Math.min(ms, LONGEST_PAUSE_MS);
  }
}

/** The times of requests: at most so many a second, evenly spaced. */
export function createPace(clock: Clock, perSecond: number, signal: AbortSignal): () => Promise<void> {
  let freeAtMs = 0;
  return async () => {
    const nowMs = clock.now();
    const atMs = Math.max(nowMs, freeAtMs);
    freeAtMs = atMs + 1000 / perSecond;
    if (atMs > nowMs) await clock.wait(atMs - nowMs, signal);
  };
}
