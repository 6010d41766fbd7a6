import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { fenceOf } from '#lib/jobs/record/lost-record.ts';
import type { Mutation, RecordStore, Step, StepNeeds } from '#lib/stores/records/record-store.ts';
import { isLeasedByOther, type Leasable, type LeaseOptions, newLease } from './lease.ts';

export interface HoldOptions extends LeaseOptions {
  /** What the work is on, for an error; default: the key. */
  nameOf?: ((key: string) => string) | undefined;
}

type Change<R> = (current: R, step: Step) => Partial<R>;

/**
 * The record of a download, or of other work whose result is fetched rather than bought, in the hands of the process that
 * has its lease. Every write checks the fencing number in the same step, so a
 * process that was stopped, lost its lease and woke up again changes nothing any more.
 */
export class HeldRecord<R extends Leasable> {
  readonly key: string;
  readonly fence: number;
  #record: R;
  #isReleased = false;
  #isLost = false;
  readonly #store: RecordStore<R>;
  readonly #options: HoldOptions;

  private constructor(store: RecordStore<R>, key: string, record: R, options: HoldOptions) {
    this.#store = store;
    this.key = key;
    this.#record = record;
    this.fence = fenceOf(record);
    this.#options = options;
  }

  /** Takes the lease of a job that `isWanted`; undefined if another process has it, or it has changed meanwhile. */
  static async claim<R extends Leasable>(
    store: RecordStore<R>,
    key: string,
    options: HoldOptions,
    isWanted: (record: R) => boolean,
  ): Promise<HeldRecord<R> | undefined> {
    let isClaimed = false;
    const record = await store.update(key, (current, { nowMs }) => {
      const leasing = at(options, nowMs);
      isClaimed = current !== undefined && !isLeasedByOther(current, leasing) && isWanted(current);
      if (!current || !isClaimed) return current;
      const lease = newLease(current, leasing);
      return { ...current, lease, fence: lease.fence };
    });
    return record && isClaimed ? new HeldRecord(store, key, record, options) : undefined;
  }

  /** As this process last wrote or read it. */
  get record(): R {
    return this.#record;
  }

  /**
   * @param change may also do something outside the store that must happen while the lease is ours
   * @throws ReelError `busy` when another process has taken the job over
   */
  patch(change: Partial<R> | Change<R>, needs?: StepNeeds): Promise<R> {
    return this.#step(
      (held, step) => ({ ...held, ...(typeof change === 'function' ? change(held, step) : change) }),
      needs,
    );
  }

  /** Moves the expiry on; called by the heartbeat. */
  async renew(): Promise<void> {
    await this.#step((held, { nowMs }) => ({ ...held, ...this.#lease(held, nowMs) }));
  }

  /** Why the lease is gone for certain, after a renewal that failed: a store that cannot be written ends no lease. */
  async lossAfter(failure: unknown): Promise<ReelError | undefined> {
    if (this.#isLost && isReelError(failure)) return failure;
    if (this.#options.clock.now() < Date.parse(this.#record.lease?.expiresAt ?? '')) return undefined;
    return new ReelError('busy', `Lost the lease: ${messageOf(failure)}`, { cause: failure });
  }

  /** Gives the job back, with a last change. */
  async release(change: Partial<R> | Change<R> = {}): Promise<R> {
    if (this.#isReleased) return this.#record;
    const stored = await this.#step((held, step) => ({
      ...held,
      ...(typeof change === 'function' ? change(held, step) : change),
      ...{ lease: undefined, fence: this.fence },
    }));
    this.#isReleased = true;
    return stored;
  }

  /** Deletes the record. @throws ReelError `busy` as `patch` */
  async remove(): Promise<void> {
    await this.#update(() => undefined);
    this.#isReleased = true;
  }

  async #step(change: (held: R, step: Step) => R, needs?: StepNeeds): Promise<R> {
    this.#record = (await this.#update(change, needs)) ?? this.#record;
    return this.#record;
  }

  /** @throws ReelError `busy` when the record is no longer ours */
  async #update(change: (held: R, step: Step) => R | undefined, needs?: StepNeeds): Promise<R | undefined> {
    let isOurs = false;
    const mutate: Mutation<R> = (current, step) => {
      const held = this.#heldIn(current);
      isOurs = held !== undefined;
      return held ? change(held, step) : current;
    };
    const stored = await this.#store.update(this.key, mutate, needs);
    this.#isLost = !isOurs;
    if (this.#isLost) throw lost(this.#options.nameOf?.(this.key) ?? this.key);
    return stored;
  }

  #lease(record: R, nowMs: number): Pick<Leasable, 'lease'> {
    return { lease: { ...newLease(record, at(this.#options, nowMs)), fence: this.fence } };
  }

  /**
   * The record while it is ours. One that is gone, or an older copy that was put back, is written again: there may be files
   * that only this process knows of.
   */
  #heldIn(current: R | undefined): R | undefined {
    if (this.#isReleased) return undefined;
    if (!current || fenceOf(current) < this.fence) return this.#record;
    return current.lease?.fence === this.fence && current.lease.owner === this.#options.owner ? current : undefined;
  }
}

/** Leases go by the clock of the store, which all processes share. */
function at(options: HoldOptions, nowMs: number): LeaseOptions {
  const { clock } = options;
  return {
    ...options,
    clock: { now: () => nowMs, wait: (ms, signal) => clock.wait(ms, signal), random: () => clock.random() },
  };
}

function lost(name: string): ReelError {
  const message = `Another process has taken over ${name}; this one has stopped. Nothing was lost.`;
  return new ReelError('busy', message, { stage: 'recording' });
}
