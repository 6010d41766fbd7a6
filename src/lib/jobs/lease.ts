import type { Clock } from '#lib/base/clock.ts';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import type { RecordStore } from '#lib/stores/record-store.ts';
import type { JobRecord, Lease } from './job-record.ts';

/** How long a lease lives without a heartbeat. */
export const LEASE_TTL_MS = 60_000;

export interface LeaseOptions {
  owner: string;
  ttlMs: number;
  clock: Clock;
  /** True only when the process behind `owner` certainly no longer runs. */
  isSurelyDead: (owner: string) => boolean;
}

export function newLease(record: JobRecord | undefined, options: LeaseOptions): Lease {
  const fence = Math.max(record?.fence ?? 0, record?.lease?.fence ?? 0) + 1;
  return { owner: options.owner, fence, expiresAt: expiry(options) };
}

/**
 * Whether somebody else holds the lease: unexpired, and not of a process that is surely dead. One that lies further ahead
 * than a lease lasts was dated by a clock that is wrong, there or here, and could block the key for years: it is void.
 * Clocks of two machines may differ by as much as a lease lasts.
 */
export function isLeasedByOther(record: JobRecord | undefined, options: LeaseOptions): boolean {
  const lease = record?.lease;
  if (!lease || lease.owner === options.owner) return false;
  const leftMs = Date.parse(lease.expiresAt) - options.clock.now();
  const longestMs = 2 * Math.max(LEASE_TTL_MS, options.ttlMs);
  return leftMs > 0 && leftMs <= longestMs && !options.isSurelyDead(lease.owner);
}

/**
 * Writes to one record in the name of one lease. Every write checks the fencing number in the same step, so a process
 * that was stopped, lost its lease and woke up again cannot write over its successor.
 */
export class LeasedRecord<R extends JobRecord> {
  readonly key: string;
  readonly fence: number;
  /** This process, as it is named in the lease. */
  readonly owner: string;
  #record: R;
  /** Of an earlier submission, which this run replaces. */
  readonly #canceledBefore: string | undefined;
  readonly #store: RecordStore<R>;
  readonly #options: LeaseOptions;

  constructor(store: RecordStore<R>, key: string, record: R, fence: number, options: LeaseOptions) {
    this.#store = store;
    this.key = key;
    this.#record = record;
    this.#canceledBefore = record.canceledAt;
    this.fence = fence;
    this.owner = options.owner;
    this.#options = options;
  }

  /** The record as this process last wrote or read it. */
  get record(): R {
    return this.#record;
  }

  /**
   * Changes the engine's fields, and the provider's `own`; an explicit undefined removes a field.
   * @throws ReelError `busy` when another process has taken the lease over
   */
  async patch(
    change: Partial<JobRecord> | ((current: R, all: () => readonly R[]) => Partial<JobRecord>),
    own: Partial<R> = {},
  ): Promise<R> {
    const stored = await this.#store.update(this.key, (current, all) => {
      this.#assertHeld(current);
      const patch = typeof change === 'function' ? change(current, all) : change;
      return { ...current, ...own, ...patch };
    });
    if (stored === undefined) throw lostLease(this.key);
    this.#record = stored;
    return stored;
  }

  /** Moves the expiry on; called by the heartbeat. */
  async renew(): Promise<void> {
    await this.patch((current) => ({ lease: { ...newLease(current, this.#options), fence: this.fence } }));
  }

  /**
   * Why the lease is gone for certain, after a renewal that failed; undefined while it may still be ours. A store that cannot
   * be written for a moment takes nothing from us: until the lease runs out, nobody else does.
   */
  async lossAfter(failure: unknown): Promise<ReelError | undefined> {
    const held = await this.assertHeld().catch((error: unknown) => error);
    if (isReelError(held) && (held.code === 'busy' || held.code === 'aborted')) return held;
    if (this.#options.clock.now() < Date.parse(this.#record.lease?.expiresAt ?? '')) return undefined;
    if (isReelError(failure)) return failure;
    return new ReelError('busy', `Lost the lease: ${messageOf(failure)}`, { cause: failure });
  }

  /**
   * Does something outside the store in one step with the check of the fencing number. Checked first and done after, a
   * process stopped in between would do it when the lease is long another's; here nobody can take it over meanwhile.
   * @param action synchronous and short: every other update waits for it
   * @throws ReelError `busy` when another process has taken the lease over, or whatever `action` throws
   */
  async whileHeld(action: () => void): Promise<void> {
    await this.#store.update(this.key, (current) => {
      this.#assertHeld(current);
      action();
      return current;
    });
  }

  /** Reads the record anew and checks that the lease is still ours. */
  async assertHeld(): Promise<void> {
    const current = await this.#store.get(this.key);
    this.#assertHeld(current);
    this.#record = current;
  }

  /**
   * Writes what became of this process's own submission, whoever holds the lease by now and even if it was cancelled: a
   * task that is paid for must be on record.
   */
  async report(change: (current: R) => Partial<JobRecord>): Promise<R> {
    const stored = await this.#store.update(this.key, (current) => current && { ...current, ...change(current) });
    if (stored === undefined) throw new ReelError('not-found', `The record of ${this.key} is gone.`);
    this.#record = stored;
    return stored;
  }

  /** Lets go; a lease that is no longer ours is left alone. */
  async release(): Promise<void> {
    await this.#store.update(this.key, (current) => {
      if (current?.lease?.fence !== this.fence) return current;
      return { ...current, fence: this.fence, lease: undefined };
    });
  }

  #assertHeld(current: R | undefined): asserts current is R {
    // Cancelling needs no lease, so that it works from any process; the holder notices at its next write.
    const { canceledAt } = current ?? {};
    if (canceledAt !== undefined && canceledAt !== this.#canceledBefore)
      throw new ReelError('aborted', `${this.key} was cancelled.`);
    if (current?.lease?.fence !== this.fence || current.lease.owner !== this.#options.owner) throw lostLease(this.key);
  }
}

/** Keeps the lease alive until stopped. `onLost` is told once when it is gone. */
export function startHeartbeat(
  leased: Pick<LeasedRecord<JobRecord>, 'renew' | 'lossAfter'>,
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

function lostLease(key: string): ReelError {
  return new ReelError('busy', `Another process has taken over ${key}; this one lets go of it. Nothing is lost.`);
}
