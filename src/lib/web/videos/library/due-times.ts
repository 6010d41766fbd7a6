/** Keys and the times at which something is due for them, earliest first. */
export class DueTimes {
  readonly #due: Array<{ atMs: number; key: string }> = [];
  readonly #atMs = new Map<string, number>();

  set(key: string, atMs: number | undefined): void {
    if (atMs === undefined || this.#atMs.get(key) === atMs) return;
    this.#atMs.set(key, atMs);
    let [low, high] = [0, this.#due.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#due[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, { atMs, key });
  }

  /** Removes and returns the keys that are due by now. */
  take(nowMs: number): string[] {
    const end = this.#due.findIndex(({ atMs }) => atMs > nowMs);
    const taken = this.#due.splice(0, end === -1 ? this.#due.length : end);
    for (const { atMs, key } of taken) if (this.#atMs.get(key) === atMs) this.#atMs.delete(key);
    return taken.map(({ key }) => key);
  }
}
