import { throwIfAborted } from '#lib/base/clock.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import type { JobRun } from '#lib/jobs/job.ts';
import type { JobProvider } from '#lib/jobs/provider.ts';
import { closeSubmission, endWithoutResult, finishedFacts } from '#lib/jobs/record/history.ts';
import { type Intent, isSameSubmission, type JobRecord, submissionName } from '#lib/jobs/record/job-record.ts';
import { stateOf, unansweredOf } from '#lib/jobs/record/state.ts';
import { assertBudget } from '#lib/jobs/spending/budget.ts';
import { daySpending, daySpendingNeeds } from '#lib/jobs/spending/day-totals.ts';
import type { Step } from '#lib/stores/records/record-store.ts';
import { resolveLostAnswer } from './lost-answer.ts';
import { recordTask } from './record-task.ts';
import { requestHash } from './request-hash.server.ts';
import { HONOURED_MS, resend } from './resend.server.ts';
import { send } from './send.ts';
import { closeUnsent, undecided } from './unknown-outcome.ts';

// A lost answer that turns out not to have been accepted may be submitted again, but not for ever.
const MOST_SUBMISSIONS = 3;
// A request with an image inside it would bloat every write of the record store.
const LARGEST_KEPT_REQUEST_CHARS = 64 * 1024;

/**
 * Leaves the record with a task id: of the task that it already has, of one found to come from an unanswered
 * submission, or of a new one. The intent is durable before the request leaves, the task id before this resolves.
 * @throws ReelError `budget`, `unknown-outcome`, or the provider's refusal
 */
export async function ensureSubmitted<R extends JobRecord, Request>(run: JobRun<R, Request>): Promise<void> {
  for (let submissions = 0; isToBuy(run, submissions) || run.leased.record.taskId === undefined; ) {
    throwIfAborted(run.signal);
    if (!isToBuy(run, submissions) && unansweredOf(run.leased.record)) {
      await resolveOutcome(run);
    } else if (!run.job.canSubmit) {
      const advice = 'Generate it again to submit it.';
      throw new ReelError('invalid-input', `The record of ${run.job.key} does not contain its full request. ${advice}`);
    } else if (submissions < MOST_SUBMISSIONS) {
      submissions += 1;
      await submitOnce(run);
    } else {
      throw new ReelError(
        'network',
        `${MOST_SUBMISSIONS} submissions in a row were lost before the provider accepted them. Try again later.`,
        { stage: 'submitting' },
      );
    }
  }
}

/** Whatever the record says of an earlier submission is over, and replaced by the first one of this run. */
function isToBuy<R extends JobRecord, Request>({ startsAnew }: JobRun<R, Request>, submissions: number): boolean {
  return startsAnew && submissions === 0;
}

async function submitOnce<R extends JobRecord, Request>(run: JobRun<R, Request>): Promise<void> {
  const intent = await writeIntent(run);
  try {
    const answer = await send(run, intent, run.job.request);
    if (answer) await recordTask(run, intent, answer);
  } catch (error) {
    if (isReelError(error) && error.billable === 'no' && error.taskId === undefined) {
      await noteNothingSent(run, intent, error);
    }
    throw error;
  }
}

/** Surely nothing was accepted: the intent is withdrawn, if need be from under a successor that wonders about it. */
async function noteNothingSent<R extends JobRecord, Request>(
  { leased, environment }: JobRun<R, Request>,
  intent: Intent,
  error: ReelError,
): Promise<void> {
  environment.runSpending.takeBack(submissionName(intent));
  leased.mayBePaid = false;
  const withdraw = (current: R) => {
    if (!isSameSubmission(current.intent, intent) || current.taskId !== undefined) return {};
    if (stateOf(current).kind !== 'canceled') {
      return endWithoutResult({ ...current, errorCode: error.code }, 'refused', error.message);
    }
    // Cancelled in time: it stays cancelled, and surely costs nothing.
    return current.previous ? endWithoutResult(current, 'canceled', error.message) : { cancelConfirmed: true };
  };
  // The refusal matters more than a store that cannot be written: the intent that stays is settled by the next run.
  await leased.report(withdraw).catch(() => {});
}

/** How many submissions just before this one got lost on the way without being accepted. */
function attemptsInARow(record: JobRecord): number {
  const { history = [] } = closeSubmission(record);
  const lastOther = history.findLastIndex((past) => past.outcome !== 'not-accepted');
  return history.length - 1 - lastOther;
}

/**
 * Makes the intent durable, in the place of an earlier submission, which moves into the history; refuses, in the same
 * step, what the budget does not allow.
 */
async function writeIntent<R extends JobRecord, Request>(run: JobRun<R, Request>): Promise<Intent> {
  const { job, leased, environment } = run;
  const { clock, budgetUsd, runSpending } = environment;
  const fits = JSON.stringify(job.request).length <= LARGEST_KEPT_REQUEST_CHARS;
  const { endpoint, account } = job.provider;
  const planned: Intent = {
    requestHash: requestHash(job.request),
    submissionId: environment.newSubmissionId(),
    attempt: attemptsInARow(leased.record) + 1,
    at: new Date(clock.now()).toISOString(),
    owner: leased.owner,
    endpoint,
    ...(account !== undefined && { account }),
    estimate: job.estimate,
    ...(fits && { request: job.request }),
  };
  let intent = planned;
  // Of an earlier submission, which is over. What another copy of the records says is under way is not bought again.
  leased.mayBePaid = false;
  const write = (current: R, step: Step): Partial<JobRecord> => {
    const nowMs = clock.now();
    // Checked where it is reserved, or two processes could both spend the last dollar; dated there as well, since the
    // store may have been waited for over midnight.
    assertBudget(daySpending(step, nowMs), job.estimate, budgetUsd, runSpending.sumUsd(nowMs));
    const at = new Date(nowMs).toISOString();
    const knownMs = knowableForMs(job.provider);
    intent = { ...planned, at, ...(knownMs !== undefined && { listedUntil: new Date(nowMs + knownMs).toISOString() }) };
    const isReplaced = current.status === 'ready' && job.hasFile(current);
    const previous = isReplaced ? finishedFacts(current, Object.keys(job.submissionFields)) : current.previous;
    return { ...closeSubmission(current), status: 'generating', model: job.model, intent, previous };
  };
  await leased.patch(write, job.submissionFields, { totals: daySpendingNeeds(clock.now()) });
  runSpending.add(submissionName(intent), clock.now(), job.estimate.usd);
  return intent;
}

/** How long the outcome of a lost answer can be determined. */
function knowableForMs<Request>({ lostAnswer, historyMs }: JobProvider<Request>): number | undefined {
  if (lostAnswer.kind === 'list') return historyMs;
  return lostAnswer.kind === 'resend' ? (lostAnswer.honouredForMs ?? HONOURED_MS) : undefined;
}

/**
 * Determines the outcome of a submission whose answer was lost, in the way that its provider allows. Afterwards the
 * record has its task, or the submission is closed as not accepted.
 * @throws ReelError `unknown-outcome` when it cannot be determined, or not yet
 */
async function resolveOutcome<R extends JobRecord, Request>(run: JobRun<R, Request>): Promise<void> {
  const { lostAnswer } = run.job.provider;
  if (lostAnswer.kind === 'resend') return resend(run, lostAnswer);
  // Where an empty list settles nothing, the record may show that the request never left.
  const isSettledByList = lostAnswer.kind === 'list' && lostAnswer.emptyMeans === 'not-accepted';
  const { intent } = run.leased.record;
  if (!intent || (!isSettledByList && (await closeUnsent(run)))) return;
  if (lostAnswer.kind === 'list') return resolveLostAnswer(run, lostAnswer);
  const reason = 'its answer was lost, and this provider has no way to look it up';
  throw await undecided(run, intent, { candidates: [], reason, retryable: false });
}
