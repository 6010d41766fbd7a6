import type { Clock } from '#lib/base/clock.ts';

/** Spreads bytes over time, for everything that shares it together. */
export class Bandwidth {
  readonly #bytesPerSecond: number | undefined;
  readonly #clock: Clock;
  /** Until then the bytes that were let through are paid for. */
  #freeAtMs = 0;

  /** @param bytesPerSecond undefined: no limit */
  constructor(bytesPerSecond: number | undefined, clock: Clock) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
  }

  /** How many bytes to let through at once: a tenth of a second's, so that the limit is not spent in bursts. */
  pieceBytes(mostBytes: number): number {
    return Math.max(1, Math.min(mostBytes, Math.ceil((this.#bytesPerSecond ?? Number.POSITIVE_INFINITY) / 10)));
  }

  /** Resolves once this many bytes may go. */
  async take(bytes: number, signal?: AbortSignal): Promise<void> {
    if (this.#bytesPerSecond === undefined) return;
    const nowMs = this.#clock.now();
    const startMs = Math.max(nowMs, this.#freeAtMs);
    this.#freeAtMs = startMs + (bytes / this.#bytesPerSecond) * 1000;
    if (startMs > nowMs) await this.#clock.wait(startMs - nowMs, signal);
  }
}
