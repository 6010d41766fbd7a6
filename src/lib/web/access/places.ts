/** A limited number of places, of which no single visitor can take all. */
export class Places {
  readonly #most: number;
  readonly #mostEach: number;
  readonly #taken = new Map<string, number>();
  #total = 0;

  constructor({ most, mostEach }: { most: number; mostEach: number }) {
    this.#most = most;
    this.#mostEach = mostEach;
  }

  get taken(): number {
    return this.#total;
  }

  /**
   * @param visitor undefined: not known, so that only the total is limited
   * @returns a function that frees the place; or why there is none: this visitor has its maximum, or all are taken
   */
  take(visitor: string | undefined): (() => void) | 'enough' | 'full' {
    const own = visitor === undefined ? 0 : (this.#taken.get(visitor) ?? 0);
    if (own >= this.#mostEach) return 'enough';
    if (this.#total >= this.#most) return 'full';
    if (visitor !== undefined) this.#taken.set(visitor, own + 1);
    this.#total += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.#free(visitor);
      isTaken = false;
    };
  }

  #free(visitor: string | undefined): void {
    this.#total -= 1;
    if (visitor === undefined) return;
    const left = (this.#taken.get(visitor) ?? 0) - 1;
    if (left > 0) this.#taken.set(visitor, left);
    else this.#taken.delete(visitor);
  }
}
