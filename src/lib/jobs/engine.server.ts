import { randomUUID } from 'node:crypto';
import { callSafely } from '#lib/base/call-safely.ts';
import { everyInterval, systemClock } from '#lib/base/clock.ts';
import { isReelError } from '#lib/base/errors.ts';
import { isSurelyDead, processIdentity } from '#lib/base/process/process-identity.server.ts';
import { captureAsset, inspectAsset, removeLeftovers } from '#lib/capture/capture.server.ts';
import { claimKey, type Unleased } from '#lib/jobs/claim/claim-key.server.ts';
import { deliver } from '#lib/jobs/deliver/delivery.server.ts';
import { type FetchAgainOptions, fetchAgain } from '#lib/jobs/deliver/fetch-again.server.ts';
import { isStillThere } from '#lib/jobs/deliver/still-there.ts';
import { LEASE_TTL_MS, startHeartbeat } from '#lib/jobs/lease/lease.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { CallerTimeout, isAborted, reasonOf } from '#lib/jobs/run/caller-timeout.ts';
import { recordFailure } from '#lib/jobs/run/failure.ts';
import type { RunOptions } from '#lib/jobs/run/run-options.ts';
import type { RunTuning } from '#lib/jobs/run/run-tuning.ts';
import { SingleFlight } from '#lib/jobs/run/single-flight.ts';
import { RunSpending } from '#lib/jobs/spending/run-spending.ts';
import { ensureSubmitted } from '#lib/jobs/submit/submission.server.ts';
import type { RecordStore } from '#lib/stores/records/record-store.ts';
import { CaptureQueue } from './capture-queue.ts';
import type { Job, JobEnvironment, JobRun, Seen } from './job.ts';
import type { JobEvent } from './progress.ts';

export interface EngineOptions<R extends JobRecord> {
  store: RecordStore<R>;
  /** How many captures run at once; default 3. */
  captureConcurrency?: number | undefined;
  /** Follows every run of the engine, whoever started it. */
  watcher?: JobWatcher | undefined;
}

export interface JobWatcher {
  onEvent(event: { key: string } & JobEvent): void;
  /** The run of this key is over; its record says how. */
  onEnd(key: string): void;
}

/** Passed on as values: what delivers files need not know how. */
const FILES = { captureAsset, inspectAsset, removeLeftovers };

/** Runs jobs so that each key is paid for once and every paid result is captured, over crashes and processes. */
export class JobEngine<R extends JobRecord> {
  readonly #store: RecordStore<R>;
  readonly #captures: CaptureQueue;
  readonly #watcher: JobWatcher | undefined;
  readonly #runSpending = new RunSpending();
  readonly #flights = new SingleFlight<R, JobEvent>();

  constructor(options: EngineOptions<R>) {
    this.#store = options.store;
    this.#watcher = options.watcher;
    this.#captures = new CaptureQueue(options.captureConcurrency ?? 3);
  }

  /**
   * Returns the finished record of the key: the existing one, or the one under way once it is finished, or else a newly
   * submitted one. A second call for the same key joins the first.
   * @throws ReelError; the record says what is left to do
   */
  async run<Request>(job: Job<R, Request>, options: RunOptions = {}): Promise<R> {
    const environment = this.#environmentOf(options);
    const work = (signal: AbortSignal, emit: (event: JobEvent) => void) =>
      this.#watched(job.key, emit, (emit) => runToEnd({ job, environment, signal, emit }, options.ifBusy ?? 'wait'));
    const { onEvent, signal } = options;
    if (job.timeoutMs === undefined) return this.#flights.run(job.key, work, { onEvent, signal });
    const callerTimeout = new CallerTimeout(job.key, job.timeoutMs, environment.clock);
    try {
      return await this.#flights.run(job.key, work, {
        signal: AbortSignal.any([callerTimeout.signal, ...(signal ? [signal] : [])]),
        onEvent: (event) => {
          callSafely(onEvent, event);
          callerTimeout.note(event);
        },
      });
    } finally {
      callerTimeout.end();
    }
  }

  /** Fetches the file of a finished task again; see `fetchAgain`. */
  fetchAgain<Request>(
    job: Job<R, Request>,
    taskId: string | undefined,
    options: RunTuning & FetchAgainOptions = {},
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

  /** Stops all work and releases every lease; what was submitted can be resumed. */
  async stop(): Promise<void> {
    await this.#flights.abortAll(new Error('the process is shutting down'));
  }

  async #watched<T>(
    key: string,
    emit: (event: JobEvent) => void,
    run: (emit: (event: JobEvent) => void) => Promise<T>,
  ): Promise<T> {
    const watcher = this.#watcher;
    if (!watcher) return run(emit);
    try {
      return await run((event) => {
        emit(event);
        callSafely((one: JobEvent) => watcher.onEvent({ key, ...one }), event);
      });
    } finally {
      callSafely((ended: string) => watcher.onEnd(ended), key);
    }
  }

  #environmentOf(options: RunOptions): JobEnvironment<R> {
    return {
      store: this.#store,
      captures: this.#captures,
      files: FILES,
      runSpending: this.#runSpending,
      clock: options.clock ?? systemClock,
      leaseTtlMs: options.leaseTtlMs ?? LEASE_TTL_MS,
      settleWindowMs: options.settleWindowMs ?? 360_000,
      budgetUsd: options.budgetUsd,
      every: options.every ?? everyInterval,
      newOwner: options.newOwner ?? processIdentity,
      newSubmissionId: options.newSubmissionId ?? randomUUID,
      pollIntervalMs: options.pollIntervalMs,
      isSurelyDead: options.isSurelyDead ?? isSurelyDead,
    };
  }
}

async function runToEnd<R extends JobRecord, Request>(base: Unleased<R, Request>, ifBusy: 'wait' | 'fail'): Promise<R> {
  const claim = await claimKey(base, ifBusy);
  if (claim.kind === 'ready') return claim.record;
  const lost = new AbortController();
  const { job, leased, startsAnew } = claim;
  const seen: Seen = { finalPaths: new Set() };
  let run = { ...base, job, leased, startsAnew, seen, signal: AbortSignal.any([base.signal, lost.signal]) };
  const { every, leaseTtlMs } = base.environment;
  const stopHeartbeat = startHeartbeat(
    leased,
    (task) => every(leaseTtlMs / 3, task),
    (error) => lost.abort(error),
  );
  try {
    if (startsAnew && (await isStillThere(run))) run = { ...run, startsAnew: false };
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

/** Whether only this error has the id of the paid task: the store could not save it. */
function isOnlyTrace(error: unknown, { taskId }: JobRecord): boolean {
  return isReelError(error) && error.taskId !== undefined && error.taskId !== taskId;
}

/** Of a stopped process whose work another took over: its part file is useless once the successor is done. */
async function leaveNothingBehind<R extends JobRecord, Request>({ job, environment, seen }: JobRun<R, Request>) {
  const record = await environment.store.get(job.key).catch(() => undefined);
  if (record?.status !== 'ready') return;
  for (const finalPath of seen.finalPaths) await removeLeftovers(finalPath);
}
