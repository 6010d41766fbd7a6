import { isReelError, messageOf } from '#lib/base/errors.ts';
import { HeldRecord, type HoldOptions } from '#lib/jobs/lease/held-record.ts';
import { isLeasedByOther, LEASE_TTL_MS, startHeartbeat } from '#lib/jobs/lease/lease.ts';
import { attempt, fetchPictures } from '#lib/openai-videos/assets/fetch/attempt.server.ts';
import type { HeldDownload, WorkContext } from '#lib/openai-videos/assets/fetch/context.ts';
import type { Work } from '#lib/openai-videos/assets/fetch/fetch-files.server.ts';
import { isApproachingExpiration, isExpired } from '#lib/openai-videos/assets/job/deadline.ts';
import { afterTry, type Outcome } from '#lib/openai-videos/assets/job/outcome.ts';
import { type DownloadRecord, downloadKey, isActive } from '#lib/openai-videos/assets/job/record.ts';
import type { DownloadEvents } from './events.ts';
import { isFirstWarning, isWaiting, overdueOutcome } from './expirations.server.ts';
import { type PageUpdates, updatePage } from './page-updates.ts';
import { type Candidate, dueWork, isDownload, nextDueMs, toDoAfter, type WorkKind, workOf } from './pick-jobs.ts';
import type { ProgressBook } from './progress-book.ts';

/** How often jobs are looked for that other processes have queued, or have left behind. */
const POLL_MS = 5000;
const EXPIRY_CHECK_MS = 30_000;
/** After a failure that is not on record, such as one of the store. */
const HOLD_OFF_MS = 5000;

export interface EngineOptions {
  context: WorkContext;
  hold: HoldOptions;
  concurrency: number;
  every: (intervalMs: number, task: () => void) => () => void;
  events: DownloadEvents;
  progress: ProgressBook;
  notion: PageUpdates | undefined;
  publicBaseUrl: string;
  /** Makes the pictures of a film that is in place; undefined: none are made. */
  drawPictures: ((record: DownloadRecord, signal: AbortSignal) => Promise<DownloadRecord['pictures']>) | undefined;
}

/**
 * Works on the jobs of one service and one storage that are due: a bounded number at once, the nearest deadline first. When a
 * job is due is in its record, so whichever process comes first takes the next try, and a restart changes nothing.
 */
export class DownloadEngine {
  readonly #options: EngineOptions;
  readonly #stop = new AbortController();
  readonly #running = new Map<string, { kind: WorkKind | 'look'; done: Promise<void> }>();
  readonly #heldOffUntilMs = new Map<string, number>();
  readonly #timers: Array<() => void> = [];
  #wakeUp = new AbortController();
  #isChecking = false;

  constructor(options: EngineOptions) {
    this.#options = options;
  }

  start(): void {
    const { every } = this.#options;
    this.#timers.push(
      every(POLL_MS, () => void this.#poll()),
      every(EXPIRY_CHECK_MS, () => void this.checkExpirations()),
    );
    this.#options.notion?.start?.();
    void this.#poll().then(() => this.checkExpirations());
  }

  /** Starts what is due, as far as there are free places. */
  wake(): void {
    if (this.#stop.signal.aborted) return;
    try {
      const nowMs = this.#options.context.clock.now();
      for (const candidate of dueWork(this.#own(), nowMs)) this.#startIfFree(candidate, nowMs);
      this.#wakeAtNextDue(nowMs);
    } catch {
      // The records cannot be read now; the next poll tries again, and callers get the error from the store itself.
    }
  }

  /** Resolves once nothing is under way: what is left is not due yet, or another process's. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  /** Ends all work and gives the jobs back. Resolves when everything is on disk. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wakeUp.abort();
    for (const end of this.#timers.splice(0)) end();
    await this.idle();
  }

  /** Reports what will expire soon, once in all processes, and ends what waits although its time is over. */
  async checkExpirations(): Promise<void> {
    const { context, events } = this.#options;
    const nowMs = context.clock.now();
    if (this.#isChecking) return;
    this.#isChecking = true;
    try {
      for (const record of context.records().filter(isActive)) {
        if (isApproachingExpiration(record, nowMs) && (await isFirstWarning(record, context.store)))
          events.expiringSoon(record, nowMs);
        else if (isExpired(record, nowMs)) await this.#endOverdue(record);
      }
    } catch {
      // As in `wake`.
    }
    this.#isChecking = false;
    this.wake();
  }

  async #poll(): Promise<void> {
    await this.#options.context.refresh().catch(() => {});
    this.wake();
  }

  /** The jobs that this manager can work on. */
  #own(): DownloadRecord[] {
    const { context } = this.#options;
    return context.records().filter(({ endpoint }) => endpoint === context.endpoint);
  }

  #startIfFree({ record, kind }: Candidate, nowMs: number): void {
    const key = downloadKey(record);
    if (this.#running.has(key) || nowMs < (this.#heldOffUntilMs.get(key) ?? 0)) return;
    if (!this.#isFree(kind) || isLeasedByOther(record, this.#options.hold)) return;
    this.#heldOffUntilMs.delete(key);
    const done = this.#run(key, kind).finally(() => {
      this.#running.delete(key);
      this.#options.progress.forget(key);
      this.wake();
    });
    this.#running.set(key, { kind, done });
  }

  #isFree(kind: WorkKind): boolean {
    const kinds = [...this.#running.values()].map((one) => one.kind);
    // The rest is done one after the other, beside the downloads.
    if (!isDownload(kind)) return !kinds.includes(kind);
    return kinds.filter(isDownload).length < this.#options.concurrency;
  }

  #wakeAtNextDue(nowMs: number): void {
    this.#wakeUp.abort();
    const waiting = this.#own().filter((record) => !this.#running.has(downloadKey(record)));
    const heldOff = [...this.#heldOffUntilMs.values()].filter((untilMs) => untilMs > nowMs);
    const times = [nextDueMs(waiting, nowMs) ?? Number.POSITIVE_INFINITY, ...heldOff];
    const dueMs = Math.min(...times);
    if (dueMs === Number.POSITIVE_INFINITY) return;
    this.#wakeUp = new AbortController();
    this.#options.context.clock.wait(dueMs - nowMs, this.#wakeUp.signal).then(
      () => this.wake(),
      () => {},
    );
  }

  /** Never rejects: whatever goes wrong, the record says that the job is due. */
  async #run(key: string, kind: WorkKind): Promise<void> {
    const { context, hold, every } = this.#options;
    let held: HeldRecord<DownloadRecord> | undefined;
    try {
      held = await HeldRecord.claim(context.store, key, hold, (record) => workOf(record) === kind);
      if (!held) return this.#holdOff(key);
      const lost = new AbortController();
      const endHeartbeat = startHeartbeat(
        held,
        (task) => every((hold.ttlMs ?? LEASE_TTL_MS) / 3, task),
        (error) => lost.abort(error),
      );
      try {
        await this.#work(held, kind, AbortSignal.any([this.#stop.signal, lost.signal]));
      } finally {
        endHeartbeat();
      }
    } catch {
      this.#holdOff(key);
      await held?.release((record) => (isActive(record) ? { status: 'pending' } : {})).catch(() => {});
    }
  }

  #holdOff(key: string): void {
    this.#heldOffUntilMs.set(key, this.#options.context.clock.now() + HOLD_OFF_MS);
  }

  async #work(held: HeldDownload, kind: WorkKind, signal: AbortSignal): Promise<void> {
    const { context, events } = this.#options;
    const work: Work = { held, context, signal, onStart: (type) => events.downloading(held.record, type) };
    if (kind === 'film') return this.#conclude(held, await attempt(work));
    if (kind === 'notion') return this.#tellPage(held);
    if (kind === 'pictures') return this.#drawPictures(held, signal);
    const missing = await fetchPictures(work);
    await held.release(({ toDo }) => ({
      missing: missing.length > 0 ? missing : undefined,
      toDo: { ...toDo, ...(this.#options.notion && { notion: true }) },
    }));
  }

  async #conclude(held: HeldDownload, outcome: Outcome): Promise<void> {
    const { context, events, notion, drawPictures } = this.#options;
    const now = { nowMs: context.clock.now(), random: () => context.clock.random() };
    const change = afterTry(held.record, outcome, now);
    const { place } = held.record;
    const toDo = toDoAfter(change.status, { notion: Boolean(notion), pictures: Boolean(drawPictures) });
    if (toDo?.notion) await held.patch({ ...change, toDo });
    else await held.release({ ...change, toDo });
    if (change.status !== 'pending') context.memory.forget(held.key);
    if (place && !held.record.place) await context.storage.tidy(place, 'video', context.files);
    events.tried(held.record);
    if (toDo?.notion) await this.#tellPage(held);
  }

  async #tellPage(held: HeldDownload): Promise<void> {
    const { notion, publicBaseUrl, context, events } = this.#options;
    try {
      const isTold = notion && (await updatePage(notion, held.record, { records: context.records(), publicBaseUrl }));
      if (isTold) events.notionQueued(held.record);
    } catch (error) {
      events.notionFailed(held.record, messageOf(error));
      this.#holdOff(held.key);
      // What is refused for itself will be refused again.
      if (!isReelError(error) || error.code !== 'invalid-input') return void (await held.release());
    }
    await held.release(({ toDo }) => ({ toDo: toDo?.pictures ? { pictures: true } : undefined }));
  }

  async #drawPictures(held: HeldDownload, signal: AbortSignal): Promise<void> {
    const pictures = await this.#options.drawPictures?.(held.record, signal);
    const hasThumbnail = held.record.assets.some(({ type }) => type === 'thumbnail');
    const isNews = this.#options.notion !== undefined && pictures?.poster !== undefined && !hasThumbnail;
    await held.release({ ...(pictures && { pictures }), toDo: isNews ? { notion: true } : undefined });
  }

  /** A job of another service, or one for which no place is free. */
  #endOverdue(record: DownloadRecord): Promise<void> {
    const key = downloadKey(record);
    if (this.#running.has(key) || !isWaiting(record, this.#options.context)) return Promise.resolve();
    const done = this.#lookOnce(key).finally(() => this.#running.delete(key));
    this.#running.set(key, { kind: 'look', done });
    return done;
  }

  async #lookOnce(key: string): Promise<void> {
    const { context, hold } = this.#options;
    const held = await HeldRecord.claim(context.store, key, hold, isActive).catch(() => undefined);
    if (!held) return;
    try {
      const outcome = await overdueOutcome(held, context, this.#stop.signal);
      if (outcome) await this.#conclude(held, outcome);
    } catch {
      // As in `wake`.
    }
    await held.release().catch(() => {});
  }
}
