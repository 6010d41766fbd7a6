const DAY_MS = 86_400_000;

/**
 * What this process has submitted, in dollars: the budget holds for the run as well as for the day, so that midnight does
 * not double it. A run that lasts for days (a server) counts its last 24 hours.
 */
export class RunSpending {
  readonly #lines = new Map<string, { atMs: number; usd: number }>();

  /** @param submission names it, for `takeBack` */
  add(submission: string, atMs: number, usd: number | null): void {
    this.#lines.set(submission, { atMs, usd: usd ?? 0 });
  }

  /** It was refused or not accepted, so it costs nothing. */
  takeBack(submission: string): void {
    this.#lines.delete(submission);
  }

  sumUsd(nowMs: number): number {
    const recent = [...this.#lines.values()].filter(({ atMs }) => atMs > nowMs - DAY_MS);
    return recent.reduce((sum, { usd }) => sum + usd, 0);
  }
}
