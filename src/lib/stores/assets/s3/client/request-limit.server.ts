import { backoffDelayMs } from '#lib/base/backoff.ts';
import { type Clock, throwIfAborted } from '#lib/base/clock.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { faultOf, isDamage, isPassing } from './s3-fault.ts';

const BACKOFF = { baseMs: 500, maxMs: 15_000 };
/** Bytes that arrive damaged again and again are not damaged on the way. */
const MOST_DAMAGED = 4;

export interface RequestLimits {
  clock: Clock;
  /** A request during which no byte moves for this long is ended. */
  stallTimeoutMs: number;
  /** Repeating ends after this long without progress. */
  patienceMs: number;
}

/**
 * Runs one request, and ends it when no byte moves for too long. A promise of the SDK is no time limit: some never settle.
 * @param run gets the signal that ends the request, and what to call whenever bytes have moved
 * @throws what `run` throws; ReelError `timeout`, `aborted`
 */
export async function withinLimit<T>(
  run: (signal: AbortSignal, touch: () => void) => Promise<T>,
  { clock, stallTimeoutMs }: Pick<RequestLimits, 'clock' | 'stallTimeoutMs'>,
  signal?: AbortSignal,
): Promise<T> {
  throwIfAborted(signal);
  let movedAtMs = clock.now();
  const request = new AbortController();
  const watch = new AbortController();
  const watching = async (): Promise<never> => {
    const stop = AbortSignal.any([watch.signal, ...(signal ? [signal] : [])]);
    for (;;) {
      const leftMs = movedAtMs + stallTimeoutMs - clock.now();
      if (leftMs <= 0) throw stalled(stallTimeoutMs);
      await clock.wait(leftMs, stop);
    }
  };
  const touch = () => {
    movedAtMs = clock.now();
  };
  try {
    return await Promise.race([run(request.signal, touch), watching()]);
  } catch (error) {
    request.abort();
    throwIfAborted(signal);
    throw error;
  } finally {
    watch.abort();
  }
}

function stalled(timeoutMs: number): ReelError {
  const message = `The store did not respond within ${Math.round(timeoutMs / 1000)} s`;
  return new ReelError('timeout', message, { stage: 'recording' });
}

/** How long a piece of work may go on without progress. */
export class Patience {
  readonly #limits: RequestLimits;
  #progressedAtMs: number;
  #failures = 0;

  constructor(limits: RequestLimits) {
    this.#limits = limits;
    this.#progressedAtMs = limits.clock.now();
  }

  progressed(): void {
    this.#progressedAtMs = this.#limits.clock.now();
    this.#failures = 0;
  }

  /** Waits before the next try. @throws the error, if there is to be none */
  async after(error: unknown, signal?: AbortSignal): Promise<void> {
    const { clock, patienceMs } = this.#limits;
    this.#failures += 1;
    const waitMs = Math.max(
      faultOf(error, clock.now()).retryAfterMs ?? 0,
      backoffDelayMs(Math.min(this.#failures, 8), BACKOFF, clock),
    );
    if (clock.now() + waitMs - this.#progressedAtMs > patienceMs) throw error;
    await clock.wait(waitMs, signal);
  }
}

/** Repeats a request that changes nothing when it is sent twice, as long as its failures are passing ones. */
export async function persistently<T>(
  attempt: () => Promise<T>,
  patience: Patience,
  clock: Clock,
  signal?: AbortSignal,
): Promise<T> {
  for (let damaged = 0; ; ) {
    try {
      return await attempt();
    } catch (error) {
      throwIfAborted(signal);
      const fault = faultOf(error, clock.now());
      if (isDamage(fault)) damaged += 1;
      const mayPass = isReelError(error) ? error.retryable : isPassing(fault);
      if (!mayPass || damaged >= MOST_DAMAGED) throw error;
      await patience.after(error, signal);
    }
  }
}
