/** Counts requests in a sliding second: what the provider's limits are stated in. */
export class RateLimit {
  #recentMs = new Map<string, number[]>();

  /** True when the request fits; a refused one does not count. */
  allows(key: string, perSecond: number, nowMs: number): boolean {
    const recent = (this.#recentMs.get(key) ?? []).filter((atMs) => atMs > nowMs - 1000);
    const fits = recent.length < perSecond;
    if (fits) recent.push(nowMs);
    this.#recentMs.set(key, recent);
    return fits;
  }

  clear(): void {
    this.#recentMs.clear();
  }
}
