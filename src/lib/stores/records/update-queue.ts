import type { Mutation, StepNeeds } from './record-store.ts';

export interface PendingUpdate<R> {
  readonly key: string;
  readonly mutate: Mutation<R>;
  readonly needs: StepNeeds | undefined;
  readonly resolve: (record: R | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** How to report its outcome to the caller of an update, once it is durable. */
export type Settle = () => void;

/**
 * Stores the updates that `take` returns, in their order. `take` is called when the store is locked, so that updates queued
 * while waiting for the lock are included.
 * @throws what every taken update then rejects with, or every waiting one if none was taken
 */
export type Commit<R> = (take: () => readonly PendingUpdate<R>[]) => Promise<readonly Settle[]>;

/** Queues updates as functions, and commits those that wait at the same time as one group. Texts of 4 MB would exhaust memory. */
export class UpdateQueue<R> {
  readonly #commit: Commit<R>;
  readonly #mostInGroup: number;
  #waiting: PendingUpdate<R>[] = [];
  #isDraining = false;

  constructor(commit: Commit<R>, mostInGroup = Number.POSITIVE_INFINITY) {
    this.#commit = commit;
    this.#mostInGroup = mostInGroup;
  }

  update(key: string, mutate: Mutation<R>, needs: StepNeeds | undefined): Promise<R | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, mutate, needs, resolve, reject });
      if (!this.#isDraining) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    // One turn later, for those that are called in the same one.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      let taken: readonly PendingUpdate<R>[] | undefined;
      const take = () => {
        taken = this.#waiting.splice(0, this.#mostInGroup);
        return taken;
      };
      try {
        for (const settle of await this.#commit(take)) settle();
      } catch (error) {
        for (const update of taken ?? this.#waiting.splice(0)) update.reject(error);
      }
    }
    this.#isDraining = false;
  }
}
