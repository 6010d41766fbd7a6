import { callSafely } from '#lib/base/call-safely.ts';
import { type Clock, systemClock, throwIfAborted } from '#lib/base/clock.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { removeLeftovers } from '#lib/capture/capture.server.ts';
import type { RecordStore } from '#lib/stores/record-store.ts';
import { assertBudget } from './budget.ts';
import { CaptureQueue } from './capture-queue.ts';
import { deliver } from './delivery.server.ts';
import { recordFailure } from './failure.ts';
import { type FetchAgainOptions, fetchAgain } from './fetch-again.server.ts';
import { Impatience, isAborted, reasonOf } from './impatience.ts';
import type { Job, JobEnvironment, JobRun } from './job.ts';
import { isOutcomeUnknown, isUnfinished, type JobRecord, mayGiveUp } from './job-record.ts';
import { isLeasedByOther, LeasedRecord, type LeaseOptions, newLease, startHeartbeat } from './lease.ts';
import { isSurelyDead, processIdentity } from './process-identity.server.ts';
import type { JobEvent } from './progress.ts';
import { RunSpending } from './run-spending.ts';
import { SingleFlight } from './single-flight.ts';
import { ensureSubmitted } from './submission.server.ts';

export interface EngineOptions<R extends JobRecord> {
  store: RecordStore<R>;
  /** How many captures run at once; default 3. */
  captureConcurrency?: number | undefined;
}

/** How one run of a job treats time and others; all of it has defaults, and tests replace it. */
export interface RunTuning {
  clock?: Clock | undefined;
  /** How long a lease lives without a heartbeat; default 60 s. */
  leaseTtlMs?: number | undefined;
  /**
   * How long after the last sign of an unanswered submission its task may still show up in the provider's list; default
   * 6 minutes, since gateways give up after 5.
   */
  settleWindowMs?: number | undefined;
  /** Calls `task` regularly and returns how to stop it; default an unreferenced interval. */
  every?: ((intervalMs: number, task: () => void) => () => void) | undefined;
  newOwner?: (() => string) | undefined;
  isSurelyDead?: ((owner: string) => boolean) | undefined;
}

export interface RunOptions extends RunTuning {
  signal?: AbortSignal | undefined;
  onEvent?: ((event: JobEvent) => void) | undefined;
  /** What to do while another process holds the key: wait for it (default), or fail at once with `busy`. */
  ifBusy?: 'wait' | 'fail' | undefined;
  /** Dollars that this submission may not bring the run or the day over. */
  budgetUsd?: number | undefined;
}

const LOOK_AGAIN_MS = 500;

/** Runs jobs so that each key is paid for once and every paid result is captured, over crashes and processes. */
export class JobEngine<R extends JobRecord> {
  readonly #store: RecordStore<R>;
  readonly #captures: CaptureQueue;
  readonly #runSpending = new RunSpending();
  readonly #flights = new SingleFlight<R, JobEvent>();

  constructor(options: EngineOptions<R>) {
    this.#store = options.store;
    this.#captures = new CaptureQueue(options.captureConcurrency ?? 3);
  }

  /**
   * Brings the key to a finished file and its record: returns the one that is there, finishes what is under way, or
   * submits. A second call for the same key joins the first.
   * @throws ReelError; the record says what is left to do
   */
  async run<Request>(job: Job<R, Request>, options: RunOptions = {}): Promise<R> {
    const environment = this.#environmentOf(options);
    const work = (signal: AbortSignal, emit: (event: JobEvent) => void) =>
      runToEnd({ job, environment, signal, emit }, options.ifBusy ?? 'wait');
    const { onEvent, signal } = options;
    if (job.timeoutMs === undefined) return this.#flights.run(job.key, work, { onEvent, signal });
    const impatience = new Impatience(job.key, job.timeoutMs, environment.clock);
    try {
      return await this.#flights.run(job.key, work, {
        signal: AbortSignal.any([impatience.signal, ...(signal ? [signal] : [])]),
        onEvent: (event) => {
          callSafely(onEvent, event);
          impatience.note(event);
        },
      });
    } finally {
      impatience.end();
    }
  }

  /** Fetches the file of a task that is over once more; see `fetchAgain`. */
  fetchAgain<Request>(
    job: Job<R, Request>,
    taskId: string | undefined,
    options: RunTuning & FetchAgainOptions<R> = {},
  ): Promise<R> {
    return fetchAgain(job, taskId, this.#environmentOf(options), options);
  }

  isRunning(key: string): boolean {
    return this.#flights.isRunning(key);
  }

  /** Ends the work on one key in this process; its record and task are left as they are. */
  async abort(key: string, reason: unknown): Promise<void> {
    await this.#flights.abort(key, reason);
  }

  /** Ends all work and lets go of every lease; what was submitted stays resumable. */
  async stop(): Promise<void> {
    await this.#flights.abortAll(new Error('the process is shutting down'));
  }

  #environmentOf(options: RunOptions): JobEnvironment<R> {
    return {
      store: this.#store,
      captures: this.#captures,
      runSpending: this.#runSpending,
      clock: options.clock ?? systemClock,
      leaseTtlMs: options.leaseTtlMs ?? 60_000,
      settleWindowMs: options.settleWindowMs ?? 360_000,
      budgetUsd: options.budgetUsd,
      every: options.every ?? everyInterval,
      newOwner: options.newOwner ?? processIdentity,
      isSurelyDead: options.isSurelyDead ?? isSurelyDead,
    };
  }
}

type Unleased<R extends JobRecord, Request> = Omit<JobRun<R, Request>, 'leased' | 'startsAnew'>;

async function runToEnd<R extends JobRecord, Request>(base: Unleased<R, Request>, ifBusy: 'wait' | 'fail'): Promise<R> {
  const claim = await claimKey(base, ifBusy);
  if (claim.kind === 'ready') return claim.record;
  const lost = new AbortController();
  const { job, leased, startsAnew } = claim;
  const run = { ...base, job, leased, startsAnew, signal: AbortSignal.any([base.signal, lost.signal]) };
  const { every, leaseTtlMs } = base.environment;
  const stopHeartbeat = startHeartbeat(
    leased,
    (task) => every(leaseTtlMs / 3, task),
    (error) => lost.abort(error),
  );
  try {
    await ensureSubmitted(run);
    return await deliver(run);
  } catch (error) {
    const cause: unknown = lost.signal.aborted && !isOnlyTrace(error, leased.record) ? lost.signal.reason : error;
    const failure = await recordFailure(run, isAborted(cause) ? (reasonOf(base.signal) ?? cause) : cause);
    if (failure.code === 'busy') await leaveNothingBehind(run);
    throw failure;
  } finally {
    stopHeartbeat();
    await leased.release().catch(() => {});
  }
}

/** Whether nothing but this error knows the task that was paid for: the store could not take its id. */
function isOnlyTrace(error: unknown, { taskId }: JobRecord): boolean {
  return isReelError(error) && error.taskId !== undefined && error.taskId !== taskId;
}

/** Of a process that was stopped and taken over from: its part file is of no use once the successor is done. */
async function leaveNothingBehind<R extends JobRecord, Request>({ job, environment }: JobRun<R, Request>) {
  const record = await environment.store.get(job.key).catch(() => undefined);
  if (record?.status === 'ready') await removeLeftovers(job.finalPath);
}

type Claim<R extends JobRecord, Request> =
  | { kind: 'ready'; record: R }
  | { kind: 'leased'; leased: LeasedRecord<R>; job: Job<R, Request>; startsAnew: boolean };

/** Takes the lease, or finds the finished record, waiting for another process as told. */
async function claimKey<R extends JobRecord, Request>(
  base: Unleased<R, Request>,
  ifBusy: 'wait' | 'fail',
): Promise<Claim<R, Request>> {
  const { environment, signal, emit } = base;
  const startedMs = environment.clock.now();
  for (let job = base.job; ; ) {
    throwIfAborted(signal);
    const claim = await tryClaim(job, environment, job !== base.job);
    if (claim) return claim;
    if (ifBusy === 'fail') {
      throw new ReelError('busy', `Another process is working on ${job.key}. Wait for it, or try again later.`);
    }
    // What the other process makes is the answer: after waiting for it, force must not buy it once more.
    job = { ...job, force: false };
    emit({ kind: 'progress', progress: { stage: 'queued', elapsedMs: environment.clock.now() - startedMs } });
    await environment.clock.wait(LOOK_AGAIN_MS, signal);
  }
}

async function tryClaim<R extends JobRecord, Request>(
  job: Job<R, Request>,
  environment: JobEnvironment<R>,
  hasWaited: boolean,
): Promise<Claim<R, Request> | undefined> {
  const { store, clock, leaseTtlMs, newOwner, isSurelyDead: isDead } = environment;
  const options: LeaseOptions = { owner: newOwner(), ttlMs: leaseTtlMs, clock, isSurelyDead: isDead };
  let outcome: 'busy' | 'ready' | 'claimed' = 'busy';
  let startsAnew = false;
  const record = await store.update(job.key, (current, all) => {
    job.assertUsable(all());
    // Before the lease: whoever waits for a video that is cancelled must not be the next to buy it.
    if (job.resumesOnly || hasWaited) assertNotCancelled(job.key, current);
    if (isLeasedByOther(current, options)) return current;
    outcome = current && isDone(job, current) ? 'ready' : 'claimed';
    if (current && outcome === 'ready') return current;
    if (current?.status === 'ready') assertMayReplace(job, environment, current, all());
    startsAnew = current === undefined || mustStartAnew(job, current, clock.now());
    if (current && startsAnew && job.resumesOnly) throw nothingToResume(job.key, current);
    return opened(job, current, options);
  });
  if (!record || outcome === 'busy') return undefined;
  if (outcome === 'ready') return { kind: 'ready', record };
  const leased = new LeasedRecord(store, job.key, record, record.lease?.fence ?? 0, options);
  return { kind: 'leased', leased, job, startsAnew };
}

/** Refuses before a finished record is given up for a purchase that the budget does not allow. */
function assertMayReplace<R extends JobRecord, Request>(
  job: Job<R, Request>,
  { clock, budgetUsd, runSpending }: JobEnvironment<R>,
  finished: R,
  all: readonly R[],
): void {
  const nowMs = clock.now();
  if (mustStartAnew(job, finished, nowMs)) assertBudget(all, job.estimate, budgetUsd, nowMs, runSpending.sumUsd(nowMs));
}

/** The record with this process's lease on it; what it says of an earlier submission stays until the next one is written. */
function opened<R extends JobRecord, Request>(job: Job<R, Request>, current: R | undefined, options: LeaseOptions): R {
  const nowMs = options.clock.now();
  const base = current ?? job.seed(new Date(nowMs).toISOString());
  const lease = newLease(base, options);
  const held = { lease, fence: lease.fence };
  if (mustStartAnew(job, base, nowMs)) return { ...base, ...held };
  // Asked for again, so a cancellation that the provider could not carry out any more is withdrawn.
  // What ended the last try says nothing about this one: force would take it for a reason to buy beside a running task.
  return { ...base, status: 'generating', canceledAt: undefined, error: undefined, errorCode: undefined, ...held };
}

function assertNotCancelled(key: string, current: JobRecord | undefined): void {
  if (current?.canceledAt !== undefined) throw new ReelError('aborted', `${key} was cancelled.`);
}

function nothingToResume(key: string, { taskId }: JobRecord): ReelError {
  const message = `Nothing of ${key} can be fetched any more. Generate it again to buy it anew.`;
  return new ReelError('expired', message, { taskId });
}

function isDone<R extends JobRecord, Request>(job: Job<R, Request>, record: R): boolean {
  return record.status === 'ready' && !job.force && job.hasFile(record);
}

/**
 * Whether the current submission is over, so that going on means buying. A task that may still deliver is never
 * dropped, not even by force: that would pay twice. Only force gives up on an outcome that cannot be known, and on a
 * task of which the provider says that it has none.
 */
function mustStartAnew<R extends JobRecord, Request>(job: Job<R, Request>, record: R, nowMs: number): boolean {
  if (isOutcomeUnknown(record) || isUnfinished(withoutOpenCancel(record))) {
    return job.force && mayGiveUp(record, job.provider.historyMs, nowMs);
  }
  const linkLives = record.expiresAt !== undefined && Date.parse(record.expiresAt) > nowMs;
  // The file of a finished record is gone: as long as the link lives, fetching it again costs nothing.
  if (record.status === 'ready' && !job.force && linkLives) return false;
  return true;
}

/** A cancelled task that the provider could not stop goes on. */
function withoutOpenCancel<R extends JobRecord>(record: R): R {
  return { ...record, canceledAt: record.cancelConfirmed ? record.canceledAt : undefined };
}

function everyInterval(intervalMs: number, task: () => void): () => void {
  const timer = setInterval(task, intervalMs);
  // The heartbeat alone must not keep a finished script alive.
  timer.unref();
  return () => clearInterval(timer);
}
