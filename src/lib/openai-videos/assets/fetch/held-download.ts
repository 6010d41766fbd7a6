import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { isLeasedByOther, type LeaseOptions, newLease } from '#lib/jobs/lease/lease.ts';
import { fenceOf } from '#lib/jobs/record/lost-record.ts';
import type { DownloadRecord } from '#lib/openai-videos/assets/job/record.ts';
import type { Mutation, RecordStore, Step, StepNeeds } from '#lib/stores/records/record-store.ts';

export type HoldOptions = LeaseOptions;

type Change = (current: DownloadRecord, step: Step) => Partial<DownloadRecord>;

/**
 * A job in the hands of the process that has its lease. Every write checks the fencing number in the same step, so a
 * process that was stopped, lost its lease and woke up again changes nothing any more.
 */
export class HeldDownload {
  readonly key: string;
  readonly fence: number;
  #record: DownloadRecord;
  #isReleased = false;
  #isLost = false;
  readonly #store: RecordStore<DownloadRecord>;
  readonly #options: HoldOptions;

  private constructor(store: RecordStore<DownloadRecord>, key: string, record: DownloadRecord, options: HoldOptions) {
    this.#store = store;
    this.key = key;
    this.#record = record;
    this.fence = fenceOf(record);
    this.#options = options;
  }

  /** Takes the lease of a job that `isWanted`; undefined if another process has it, or it has changed meanwhile. */
  static async claim(
    store: RecordStore<DownloadRecord>,
    key: string,
    options: HoldOptions,
    isWanted: (record: DownloadRecord) => boolean,
  ): Promise<HeldDownload | undefined> {
    let isClaimed = false;
    const record = await store.update(key, (current, { nowMs }) => {
      const leasing = at(options, nowMs);
      isClaimed = current !== undefined && !isLeasedByOther(current, leasing) && isWanted(current);
      if (!current || !isClaimed) return current;
      const lease = newLease(current, leasing);
      return { ...current, lease, fence: lease.fence };
    });
    return record && isClaimed ? new HeldDownload(store, key, record, options) : undefined;
  }

  /** As this process last wrote or read it. */
  get record(): DownloadRecord {
    return this.#record;
  }

  /**
   * @param change may also do something outside the store that must happen while the lease is ours
   * @throws ReelError `busy` when another process has taken the job over
   */
  async patch(change: Partial<DownloadRecord> | Change, needs?: StepNeeds): Promise<DownloadRecord> {
    let isOurs = false;
    const mutate: Mutation<DownloadRecord> = (current, step) => {
      const held = this.#heldIn(current);
      isOurs = held !== undefined;
      return held ? { ...held, ...(typeof change === 'function' ? change(held, step) : change) } : current;
    };
    const stored = await this.#store.update(this.key, mutate, needs);
    this.#isLost = !stored || !isOurs;
    if (!stored || this.#isLost) throw lost(this.#record);
    this.#record = stored;
    return stored;
  }

  /** Moves the expiry on; called by the heartbeat. */
  async renew(): Promise<void> {
    await this.patch((current, { nowMs }) => ({
      lease: { ...newLease(current, at(this.#options, nowMs)), fence: this.fence },
    }));
  }

  /** Why the lease is gone for certain, after a renewal that failed: a store that cannot be written ends no lease. */
  async lossAfter(failure: unknown): Promise<ReelError | undefined> {
    if (this.#isLost && isReelError(failure)) return failure;
    if (this.#options.clock.now() < Date.parse(this.#record.lease?.expiresAt ?? '')) return undefined;
    return new ReelError('busy', `Lost the lease: ${messageOf(failure)}`, { cause: failure });
  }

  /** Gives the job back, with a last change. */
  async release(change: Partial<DownloadRecord> | Change = {}): Promise<DownloadRecord> {
    if (this.#isReleased) return this.#record;
    const stored = await this.patch((current, step) => ({
      ...(typeof change === 'function' ? change(current, step) : change),
      lease: undefined,
      fence: this.fence,
    }));
    this.#isReleased = true;
    return stored;
  }

  /**
   * The record while it is ours. One that is gone, or an older copy that was put back, is written again: the video is paid
   * for, and this process knows of it.
   */
  #heldIn(current: DownloadRecord | undefined): DownloadRecord | undefined {
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

function lost({ soraVideoId }: DownloadRecord): ReelError {
  const message = `Another process has taken over the download of ${soraVideoId}; this one has stopped. Nothing was lost.`;
  return new ReelError('busy', message, { stage: 'recording', taskId: soraVideoId });
}
