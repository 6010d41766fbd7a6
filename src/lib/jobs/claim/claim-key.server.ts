import { throwIfAborted } from '#lib/base/clock.ts';
import { ReelError } from '#lib/base/errors.ts';
import type { Job, JobEnvironment, JobRun } from '#lib/jobs/job.ts';
import { byStoreClock, isLeasedByOther, LeasedRecord, type LeaseOptions, newLease } from '#lib/jobs/lease/lease.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { mayGiveUp, mayStillDeliver, stateOf, unansweredOf } from '#lib/jobs/record/state.ts';
import { assertBudget } from '#lib/jobs/spending/budget.ts';
import { daySpending, daySpendingNeeds } from '#lib/jobs/spending/day-totals.ts';
import type { Mutation, Step } from '#lib/stores/records/record-store.ts';

const LOOK_AGAIN_MS = 500;

/** A run before the key is claimed. */
export type Unleased<R extends JobRecord, Request> = Omit<JobRun<R, Request>, 'leased' | 'startsAnew' | 'seen'>;

type Claim<R extends JobRecord, Request> =
  | { kind: 'ready'; record: R }
  | { kind: 'leased'; leased: LeasedRecord<R>; job: Job<R, Request>; startsAnew: boolean };

/** Takes the lease, or finds the finished record, waiting for another process if `ifBusy` is `wait`. */
export async function claimKey<R extends JobRecord, Request>(
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
  const assertMayBuy = await job.assertMayBuy?.();
  const needs = { claims: job.claims, totals: daySpendingNeeds(clock.now()) };
  const mutate: Mutation<R> = (current, step) => {
    job.assertUsable(current, step);
    // Before the lease: a caller waiting for a video that is cancelled must not be the next to buy it.
    if (job.resumesOnly || hasWaited) assertNotCancelled(job.key, current);
    const byStore = byStoreClock(options, step);
    if (isLeasedByOther(current, byStore)) return current;
    outcome = current && isDone(job, current) ? 'ready' : 'claimed';
    if (current && outcome === 'ready') return current;
    if (current && stateOf(current).kind === 'ready') assertMayReplace(job, environment, current, step);
    startsAnew = current === undefined || mustStartAnew(job, current, clock.now());
    if (current && startsAnew && job.resumesOnly) throw nothingToResume(job.key, current);
    if (startsAnew) assertMayBuy?.(step);
    return opened(job, current, byStore);
  };
  const record = await store.update(job.key, mutate, needs);
  if (!record || outcome === 'busy') return undefined;
  if (outcome === 'ready') return { kind: 'ready', record };
  const leased = new LeasedRecord(store, job.key, record, record.lease?.fence ?? 0, options);
  leased.mayBePaid = !startsAnew && (record.taskId !== undefined || record.intent !== undefined);
  return { kind: 'leased', leased, job, startsAnew };
}

/** Rejects a purchase that the budget does not allow, before the finished record is replaced. */
function assertMayReplace<R extends JobRecord, Request>(
  job: Job<R, Request>,
  { clock, budgetUsd, runSpending }: JobEnvironment<R>,
  finished: R,
  step: Step,
): void {
  const nowMs = clock.now();
  if (!mustStartAnew(job, finished, nowMs)) return;
  assertBudget(daySpending(step, nowMs), job.estimate, budgetUsd, runSpending.sumUsd(nowMs));
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
  if (current && stateOf(current).kind === 'canceled') throw new ReelError('aborted', `${key} was cancelled.`);
}

function nothingToResume(key: string, { taskId }: JobRecord): ReelError {
  const message = `The result for ${key} can no longer be fetched. Generate it again, which is billed again.`;
  return new ReelError('expired', message, { taskId });
}

function isDone<R extends JobRecord, Request>(job: Job<R, Request>, record: R): boolean {
  return stateOf(record).kind === 'ready' && !job.force && job.hasFile(record);
}

/**
 * Whether the current submission has ended, so that continuing means buying. A task that may still deliver is never
 * dropped, not even by force: that would pay twice. Only force gives up on an outcome that cannot be known, and on a
 * task of which the provider says that it has none.
 */
function mustStartAnew<R extends JobRecord, Request>(job: Job<R, Request>, record: R, nowMs: number): boolean {
  // A cancelled task that the provider could not stop goes on.
  if (unansweredOf(record) || mayStillDeliver(record)) {
    return job.force && mayGiveUp(record, job.provider.historyMs, nowMs);
  }
  const linkLives = record.expiresAt !== undefined && Date.parse(record.expiresAt) > nowMs;
  // The file of a finished record is gone: as long as the link lives, fetching it again costs nothing.
  if (stateOf(record).kind === 'ready' && !job.force && linkLives) return false;
  return true;
}
