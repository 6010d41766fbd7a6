import { throwIfAborted } from '#lib/base/clock.ts';
import { isReelError, ReelError } from '#lib/base/errors.ts';
import { assertBudget } from './budget.ts';
import { closeSubmission } from './history.ts';
import { type JobRun, tell } from './job.ts';
import { type Intent, isOutcomeUnknown, type JobRecord } from './job-record.ts';
import { requestHash } from './request-hash.server.ts';
import { settleSubmission } from './settle.ts';

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
  for (let submissions = 0; run.leased.record.taskId === undefined; ) {
    throwIfAborted(run.signal);
    if (isOutcomeUnknown(run.leased.record)) {
      await settleSubmission(run);
    } else if (!run.job.canSubmit) {
      const advice = 'Generate it again to submit it.';
      throw new ReelError('invalid-input', `The record of ${run.job.key} does not hold its whole request. ${advice}`);
    } else if (submissions < MOST_SUBMISSIONS) {
      submissions += 1;
      await submitOnce(run);
    } else {
      throw new ReelError(
        'network',
        `${MOST_SUBMISSIONS} submissions in a row got lost on the way; the provider has none of them. Try again later.`,
        { stage: 'submitting' },
      );
    }
  }
}

async function submitOnce<R extends JobRecord, Request>(run: JobRun<R, Request>): Promise<void> {
  const { job, leased, environment } = run;
  const intent = await writeIntent(run);
  tell(run, { stage: 'submitting', attempt: intent.attempt, estimate: job.estimate });
  try {
    // Bills. The caller's signal stays out of it: giving up on the answer would leave an outcome that nobody knows.
    const answer = await job.provider.submit(job.request);
    environment.spentThisRun.usd += job.estimate.usd ?? 0;
    await leased.patch({
      taskId: answer.taskId,
      requestId: answer.requestId,
      submittedAt: new Date(environment.clock.now()).toISOString(),
      expiresAt: answer.expiresAt?.toISOString(),
    });
  } catch (error) {
    if (!isReelError(error) || error.code === 'busy') throw error;
    if (error.billable === 'no') {
      await leased.patch((current) => closeSubmission(current, 'refused', error.message));
      throw error;
    }
    // Not known whether it was accepted: the caller's loop settles it. A request id helps to find the task.
    environment.spentThisRun.usd += job.estimate.usd ?? 0;
    if (error.requestId) await leased.patch({ requestId: error.requestId });
  }
}

/** How many submissions just before this one got lost on the way without being accepted. */
function attemptsInARow({ history = [] }: JobRecord): number {
  const lastOther = history.findLastIndex((past) => past.outcome !== 'not-accepted');
  return history.length - 1 - lastOther;
}

/** Makes the intent durable; refuses, in the same step, what the budget does not allow. */
async function writeIntent<R extends JobRecord, Request>(run: JobRun<R, Request>): Promise<Intent> {
  const { job, leased, environment } = run;
  const { clock, budgetUsd, spentThisRun } = environment;
  const fits = JSON.stringify(job.request).length <= LARGEST_KEPT_REQUEST_CHARS;
  const intent: Intent = {
    requestHash: requestHash(job.request),
    attempt: attemptsInARow(leased.record) + 1,
    at: new Date(clock.now()).toISOString(),
    endpoint: job.provider.endpoint,
    estimate: job.estimate,
    ...(fits && { request: job.request }),
  };
  await leased.patch((current, all) => {
    // Checked where it is reserved, or two processes could both spend the last dollar.
    assertBudget(all(), job.estimate, budgetUsd, clock.now(), spentThisRun.usd);
    const fresh = { error: undefined, errorCode: undefined, completedAt: undefined };
    return { ...fresh, status: 'generating', model: job.model, intent, fence: current.fence };
  }, job.submissionFields);
  return intent;
}
