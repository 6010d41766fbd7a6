import type { Clock } from '#lib/base/clock.ts';

/** What may come at once after a pause, in time. */
const BURST_MS = 250;

/** Divides a number of bytes a second among all downloads of a manager. */
export class Bandwidth {
  readonly #bytesPerSecond: number;
  readonly #clock: Pick<Clock, 'now' | 'wait'>;
  /** When everything received so far would have come at the full rate. */
  #paidUntilMs = Number.NEGATIVE_INFINITY;

  constructor(bytesPerSecond: number, clock: Pick<Clock, 'now' | 'wait'>) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
  }

  /** Resolves when the next piece may be received. */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    const nowMs = this.#clock.now();
    this.#paidUntilMs = Math.max(this.#paidUntilMs, nowMs - BURST_MS) + (bytes / this.#bytesPerSecond) * 1000;
    const waitMs = this.#paidUntilMs - nowMs;
    if (waitMs > 0) await this.#clock.wait(waitMs, signal);
  }
}
