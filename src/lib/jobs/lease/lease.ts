import { type Clock, systemClock } from '#lib/base/clock.ts';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import type { JobRecord, Lease } from '#lib/jobs/record/job-record.ts';
import { fenceOf, type Holding, lossOf, standingOf, withOurTask, writtenBack } from '#lib/jobs/record/lost-record.ts';
import type { Mutation, RecordStore, Step, StepNeeds } from '#lib/stores/records/record-store.ts';
import type { Leased } from './leased.ts';

/** How long a lease lives without a heartbeat. */
export const LEASE_TTL_MS = 60_000;

export interface LeaseOptions {
  owner: string;
  ttlMs: number;
  clock: Clock;
  /** True only when the process behind `owner` certainly no longer runs. */
  isSurelyDead: (owner: string) => boolean;
}

/**
 * The options by the clock of the store, which all processes share: those of two machines differ, and an update may have
 * waited for others for longer than a lease lasts. A clock of a test's own stays.
 */
export function byStoreClock(options: LeaseOptions, { nowMs }: Pick<Step, 'nowMs'>): LeaseOptions {
  return options.clock === systemClock ? { ...options, clock: { ...systemClock, now: () => nowMs } } : options;
}

/** Of any record that processes take in turn. */
export type Leasable = Pick<JobRecord, 'lease' | 'fence'>;

export function newLease(record: Leasable | undefined, options: LeaseOptions): Lease {
  const fence = (record ? fenceOf(record) : 0) + 1;
  return { owner: options.owner, fence, expiresAt: expiry(options) };
}

/**
 * Whether another process holds the lease: unexpired, and not of a process that is certainly dead. One that lies
 * further ahead than a lease lasts was dated by a clock that is wrong, there or here, and could block the key for years: it is void.
 * Clocks of two machines, where they matter, may differ by as much as a lease lasts.
 */
export function isLeasedByOther(record: Leasable | undefined, options: LeaseOptions): boolean {
  const lease = record?.lease;
  if (!lease || lease.owner === options.owner) return false;
  const leftMs = Date.parse(lease.expiresAt) - options.clock.now();
  const longestMs = 2 * Math.max(LEASE_TTL_MS, options.ttlMs);
  return leftMs > 0 && leftMs <= longestMs && !options.isSurelyDead(lease.owner);
}

/**
 * Writes to one record in the name of one lease. Every write checks the fencing number in the same step, so a process
 * that was stopped, lost its lease and woke up again cannot write over its successor. A record that was lost meanwhile
 * (deleted, or replaced by an older copy) is written again by the one who may have paid for its task; see `standingOf`.
 */
export class LeasedRecord<R extends JobRecord> implements Leased<R> {
  readonly key: string;
  /** This process, as it is named in the lease. */
  readonly owner: string;
  /**
   * Whether something that was, or may have been, paid for depends on this record. If not, a lost record ends the work:
   * nothing may be bought that another copy of the records says is under way.
   */
  mayBePaid = false;
  #fence: number;
  #record: R;
  /** With what is on its way to the store; several updates can be written at once. */
  #latest: R;
  /** Why the record is not ours any more, as the last look at it found. */
  #loss: ReelError | undefined;
  readonly #claimed: R;
  readonly #store: RecordStore<R>;
  readonly #options: LeaseOptions;
  /** By our own clock, which the expiry on record is not: when the lease is over, unless it is renewed. */
  #heldUntilMs: number;

  constructor(store: RecordStore<R>, key: string, record: R, fence: number, options: LeaseOptions) {
    this.#store = store;
    this.key = key;
    this.#record = record;
    this.#latest = record;
    this.#claimed = record;
    this.#fence = fence;
    this.owner = options.owner;
    this.#options = options;
    this.#heldUntilMs = options.clock.now() + options.ttlMs;
  }

  /** The record as this process last wrote or read it. */
  get record(): R {
    return this.#record;
  }

  get fence(): number {
    return this.#fence;
  }

  /**
   * Changes the engine's fields, and the provider's `own`; an explicit undefined removes a field.
   * @param needs what of other records `change` asks for
   * @throws ReelError `busy` when another process has taken the lease over, `aborted` when it was cancelled,
   *   `store-corrupt` when the record is gone and nothing was bought
   */
  async patch(
    change: Partial<JobRecord> | ((current: R, step: Step) => Partial<JobRecord>),
    own: Partial<R> = {},
    needs?: StepNeeds,
  ): Promise<R> {
    return this.#step((held, step) => {
      const patch = typeof change === 'function' ? change(held, step) : change;
      return { ...held, ...own, ...patch };
    }, needs);
  }

  /** Moves the expiry on; called by the heartbeat. */
  async renew(): Promise<void> {
    const startedMs = this.#options.clock.now();
    await this.patch((current, step) => ({
      lease: { ...newLease(current, byStoreClock(this.#options, step)), fence: this.#fence },
    }));
    this.#heldUntilMs = startedMs + this.#options.ttlMs;
  }

  /**
   * Why the lease is gone for certain, after a renewal that failed; undefined while it may still be ours. A store that cannot
   * be written for a moment does not end our lease: until it expires, no other process can take it.
   */
  async lossAfter(failure: unknown): Promise<ReelError | undefined> {
    this.#loss = undefined;
    await this.assertHeld().catch(() => {});
    if (this.#loss) return this.#loss;
    if (this.#options.clock.now() < this.#heldUntilMs) return undefined;
    if (isReelError(failure)) return failure;
    return new ReelError('busy', `Lost the lease: ${messageOf(failure)}`, { cause: failure });
  }

  /**
   * Does something outside the store in one step with the check of the fencing number. Checked first and done after, a
   * process suspended in between would do it after the lease has been taken over; here no process can take it
   * meanwhile.
   * @param action synchronous and short: every other update waits for it
   * @throws ReelError as `patch`, or what `action` throws
   */
  async whileHeld(action: () => void): Promise<void> {
    await this.#step((held) => {
      action();
      return held;
    });
  }

  /** Reads the record anew and checks that the lease is still ours. */
  async assertHeld(): Promise<void> {
    const current = await this.#store.get(this.key);
    if (current && standingOf(current, this.#holding()) === 'held') this.#record = current;
    else await this.#step((held) => held);
  }

  /**
   * Records the outcome of this process's own submission, even if another process now holds the lease or it was
   * cancelled: a task that is paid for must be on record.
   */
  async report(change: (current: R) => Partial<JobRecord>): Promise<R> {
    let isLost = false;
    const stored = await this.#update((current, step) => {
      const held = this.#heldIn(current, step);
      isLost = !held && standingOf(current, this.#holding(step)) === 'lost';
      const base = held ?? current;
      return { next: base && !isLost ? { ...base, ...change(base) } : current, isOurs: held !== undefined };
    });
    // Nothing was bought, so the record in its place is not ours: only this process still has to know.
    this.#record = stored && !isLost ? stored : { ...this.#record, ...change(this.#record) };
    return this.#record;
  }

  /** Releases the lease; one that is no longer ours is left unchanged. */
  async release(): Promise<void> {
    await this.#store.update(this.key, (current) => {
      if (current?.lease?.fence !== this.#fence || current.lease.owner !== this.owner) return current;
      return { ...current, fence: this.#fence, lease: undefined };
    });
  }

  /** One change to the record while it is ours, or ours to be written again. */
  async #step(change: (held: R, step: Step) => R, needs?: StepNeeds): Promise<R> {
    let loss: ReelError | undefined;
    const stored = await this.#update((current, step) => {
      const held = this.#heldIn(current, step);
      loss = held ? undefined : lossOf(this.key, current, this.#holding(step));
      if (held) return { next: change(held, step), isOurs: true };
      // The next process to work on the key must know of a task that was paid for.
      return { next: current && this.mayBePaid ? withOurTask(current, this.#latest) : current, isOurs: false };
    }, needs);
    this.#loss = loss;
    if (loss) throw loss;
    this.#record = stored ?? this.#record;
    return this.#record;
  }

  async #update(
    mutate: (current: R | undefined, step: Step) => { next: R | undefined; isOurs: boolean },
    needs?: StepNeeds,
  ): Promise<R | undefined> {
    let written: R | undefined;
    const noting: Mutation<R> = (current, step) => {
      const { next, isOurs } = mutate(current, step);
      if (next && isOurs) {
        written = next;
        this.#latest = next;
      }
      return next;
    };
    try {
      return await this.#store.update(this.key, noting, needs);
    } catch (error) {
      if (this.#latest === written) this.#latest = this.#record;
      throw error;
    }
  }

  /** The record, if it is ours, or as it is to be written again. */
  #heldIn(current: R | undefined, step: Step): R | undefined {
    const standing = standingOf(current, this.#holding(step));
    if (standing === 'held') return current;
    return standing === 'lost' && this.mayBePaid ? this.#writeBack(current, step) : undefined;
  }

  /** With a higher fencing number than the stored copy: its holder must notice that it has lost the lease. */
  #writeBack(current: R | undefined, step: Step): R {
    this.#fence = Math.max(this.#fence, current ? fenceOf(current) : 0) + 1;
    const lease = { ...newLease(undefined, byStoreClock(this.#options, step)), fence: this.#fence };
    return { ...writtenBack(current, this.#latest), lease, fence: this.#fence };
  }

  #holding(step?: Step): Holding<R> {
    const options = step ? byStoreClock(this.#options, step) : this.#options;
    return {
      record: this.#latest,
      fence: this.#fence,
      owner: this.owner,
      claimed: this.#claimed,
      mayBePaid: this.mayBePaid,
      isLeasedByOther: (current) => isLeasedByOther(current, options),
    };
  }
}

/** Keeps the lease alive until stopped. `onLost` is called once when the lease is lost. */
export function startHeartbeat(
  leased: Pick<Leased<JobRecord>, 'renew' | 'lossAfter'>,
  every: (task: () => void) => () => void,
  onLost: (error: ReelError) => void,
): () => void {
  let running = false;
  const stop = every(() => {
    if (running) return;
    running = true;
    leased
      .renew()
      .catch(async (error: unknown) => {
        const loss = await leased.lossAfter(error);
        if (!loss) return;
        stop();
        onLost(loss);
      })
      .finally(() => {
        running = false;
      });
  });
  return stop;
}

function expiry({ clock, ttlMs }: LeaseOptions): string {
  return new Date(clock.now() + ttlMs).toISOString();
}
