import type { Changes } from './record-store.ts';

/** Which keys changed when, as seen by this process since it opened the store. */
export class ChangeLog {
  // So that a cursor of another process or an earlier run is not mistaken for one of ours.
  readonly #id = crypto.randomUUID();
  readonly #changedAt = new Map<string, number>();
  #revision = 0;

  note(keys: Iterable<string>): void {
    this.#revision += 1;
    for (const key of keys) this.#changedAt.set(key, this.#revision);
  }

  since(cursor: string | undefined): Changes {
    return { keys: cursor === undefined ? [] : this.#keysSince(cursor), cursor: `${this.#id}:${this.#revision}` };
  }

  #keysSince(cursor: string): string[] | 'all' {
    const revision = cursor.startsWith(`${this.#id}:`) ? Number(cursor.slice(this.#id.length + 1)) : Number.NaN;
    if (!Number.isSafeInteger(revision) || revision < 0 || revision > this.#revision) return 'all';
    return [...this.#changedAt].flatMap(([key, changedAt]) => (changedAt > revision ? [key] : []));
  }
}
