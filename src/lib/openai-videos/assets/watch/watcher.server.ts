import type { Clock } from '#lib/base/clock.ts';
import { isReelError, messageOf } from '#lib/base/errors.ts';
import { HeldRecord, type HoldOptions } from '#lib/jobs/lease/held-record.ts';
import { isLeasedByOther, startHeartbeat } from '#lib/jobs/lease/lease.ts';
import { pollDelayMs } from '#lib/jobs/run/poll.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { type WatchRecord, watchKey } from './watch-record.ts';

/** How often videos are looked for that other processes watch, or have left behind. */
const SCAN_MS = 5000;
/** Looks at once. */
const MOST_LOOKS = 8;
/** A video that no look has found for so long is not asked for any more. */
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** A video of another service is reported if nobody has looked at it for so long, ... */
const UNFOLLOWED_AFTER_MS = 60_000;
/** ... and given up after this. */
const ABANDONED_AFTER_MS = 30 * 24 * 3_600_000;

export interface Seen {
  status: string;
  completedAt?: Date | undefined;
  error?: { code?: string | undefined; message?: string | undefined } | undefined;
}

export interface WatcherOptions {
  store: RecordStore<WatchRecord>;
  endpoint: string;
  hold: HoldOptions;
  clock: Clock;
  every: (intervalMs: number, task: () => void) => () => void;
  /** Fixed time between two looks; undefined: adaptive. */
  pollIntervalMs: number | undefined;
  look(videoId: string, signal: AbortSignal): Promise<Seen>;
  /** Before `onCompleted`; not called again once it has resolved. */
  announce?: ((record: WatchRecord) => Promise<void>) | undefined;
  /** Called again after a restart if it did not resolve. */
  onCompleted(record: WatchRecord, completedAt: Date): Promise<void>;
  onEnded(record: WatchRecord, reason: string): Promise<void>;
  /** Nobody follows this video of another service; called once in a process. */
  onUnfollowed(record: WatchRecord): void;
}

const ENDED: ReadonlySet<string> = new Set(['failed', 'cancelled', 'canceled', 'deleted', 'expired']);

/** Looks at videos until they are over: each by one process at a time, less and less often. */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #stop = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  readonly #unfollowed = new Set<string>();
  readonly #startedMs: number;
  readonly #endScan: () => void;
  #wakeUp = new AbortController();
  #isScanning = false;
  #isWanted = false;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#startedMs = options.clock.now();
    this.#endScan = options.every(SCAN_MS, () => this.wake());
  }

  /** Looks at what is due. */
  wake(): void {
    this.#isWanted = true;
    if (this.#isScanning) return;
    this.#isScanning = true;
    void this.#scanWhileWanted();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wakeUp.abort();
    this.#endScan();
    await Promise.all(this.#running.values());
  }

  /** What was put on record behind a scan's back needs another one. */
  async #scanWhileWanted(): Promise<void> {
    while (this.#isWanted && !this.#stop.signal.aborted) {
      this.#isWanted = false;
      // If the records cannot be read now, the next regular scan tries again.
      await this.#scan().catch(() => {});
    }
    this.#isScanning = false;
  }

  async #scan(): Promise<void> {
    const { store, endpoint, hold } = this.#options;
    let nextMs = Number.POSITIVE_INFINITY;
    for await (const record of store.find({ unfinished: true })) {
      const key = watchKey(record);
      if (this.#running.has(key) || isLeasedByOther(record, hold)) continue;
      if (record.endpoint === endpoint) nextMs = Math.min(nextMs, this.#startIfDue(key, record));
      else if (this.#isAbandoned(key, record)) this.#startIfDue(key, record);
    }
    this.#wakeAt(nextMs);
  }

  #wakeAt(nextMs: number): void {
    const { clock } = this.#options;
    this.#wakeUp.abort();
    if (nextMs === Number.POSITIVE_INFINITY || this.#stop.signal.aborted) return;
    this.#wakeUp = new AbortController();
    clock.wait(Math.max(0, nextMs - clock.now()), this.#wakeUp.signal).then(
      () => this.wake(),
      () => {},
    );
  }

  /** @returns when it is due, if that is later */
  #startIfDue(key: string, { nextLookAt }: WatchRecord): number {
    const dueMs = Date.parse(nextLookAt);
    if (dueMs > this.#options.clock.now()) return dueMs;
    if (this.#running.size < MOST_LOOKS && !this.#stop.signal.aborted) this.#start(key);
    return Number.POSITIVE_INFINITY;
  }

  /** Whether nobody has looked at this video of another service for so long that it is given up. */
  #isAbandoned(key: string, record: WatchRecord): boolean {
    const { clock, onUnfollowed } = this.#options;
    const overdueMs = clock.now() - Date.parse(record.nextLookAt);
    // After a pause of all processes, whoever follows it may be starting too.
    if (Math.min(overdueMs, clock.now() - this.#startedMs) < UNFOLLOWED_AFTER_MS) return false;
    if (!this.#unfollowed.has(key)) onUnfollowed(record);
    this.#unfollowed.add(key);
    return overdueMs > ABANDONED_AFTER_MS;
  }

  #start(key: string): void {
    const done = this.#visit(key)
      // The record stays as it is, and is due again.
      .catch(() => {})
      .finally(() => {
        this.#running.delete(key);
        this.wake();
      });
    this.#running.set(key, done);
  }

  async #visit(key: string): Promise<void> {
    const { store, hold, clock, every } = this.#options;
    const isDue = ({ nextLookAt }: WatchRecord) => Date.parse(nextLookAt) <= clock.now();
    const held = await HeldRecord.claim(store, key, hold, isDue);
    if (!held) return;
    const endHeartbeat = startHeartbeat(
      held,
      (task) => every(hold.ttlMs / 3, task),
      () => {},
    );
    try {
      const isOver = await this.#look(held);
      if (isOver) await held.remove();
      else await held.release();
    } catch (error) {
      await held.release(this.#again(held.record, messageOf(error))).catch(() => {});
    } finally {
      endHeartbeat();
    }
  }

  /** @returns whether the video is over, so that it need not be watched any more */
  async #look(held: HeldRecord<WatchRecord>): Promise<boolean> {
    const { look, onEnded, clock, endpoint } = this.#options;
    const { soraVideoId } = held.record;
    if (held.record.endpoint !== endpoint) {
      await onEnded(
        held.record,
        `Nobody has asked ${held.record.endpoint}, where it was made, for the video for 30 days.`,
      );
      return true;
    }
    const seen = held.record.completedAt ? undefined : await look(soraVideoId, this.#stop.signal).catch(failureOf);
    if (seen === undefined || ('status' in seen && seen.status === 'completed')) {
      await this.#complete(held, held.record.completedAt ?? timeOf(seen?.completedAt?.getTime() ?? clock.now()));
      return true;
    }
    if ('failure' in seen) {
      // Not since it is watched: it may have been made for days, or nothing may have run.
      const { failingSince = timeOf(clock.now()) } = held.record;
      const isHopeless = clock.now() - Date.parse(failingSince) > GIVE_UP_AFTER_MS;
      if (isHopeless) await onEnded(held.record, `The service has not known the video for a day: ${seen.failure}`);
      else await held.patch({ ...this.#again(held.record, seen.failure), failingSince });
      return isHopeless;
    }
    if (!ENDED.has(seen.status)) {
      await held.patch({ ...this.#again(held.record, undefined), failingSince: undefined });
      return false;
    }
    const why = seen.error?.message ?? seen.error?.code;
    await onEnded(held.record, `The video is ${seen.status}${why === undefined ? '.' : `: ${why}`}`);
    return true;
  }

  async #complete(held: HeldRecord<WatchRecord>, completedAt: string): Promise<void> {
    const { announce, onCompleted } = this.#options;
    await held.patch({ completedAt });
    if (announce && !held.record.isAnnounced) {
      await announce(held.record);
      await held.patch({ isAnnounced: true });
    }
    await onCompleted(held.record, new Date(completedAt));
  }

  #again({ looks }: WatchRecord, error: string | undefined): Partial<WatchRecord> {
    const { clock, pollIntervalMs } = this.#options;
    const waitMs = pollIntervalMs ?? pollDelayMs(looks + 1, clock);
    return { looks: looks + 1, error, nextLookAt: timeOf(clock.now() + waitMs) };
  }
}

function failureOf(error: unknown): { failure: string } {
  // Stopped: the look says nothing.
  if (isReelError(error) && error.code === 'aborted') throw error;
  return { failure: messageOf(error) };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
