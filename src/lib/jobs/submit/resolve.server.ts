import type { JobRun } from '#lib/jobs/job.ts';
import { closeSubmission } from '#lib/jobs/record/history.ts';
import { type JobRecord, submissionName } from '#lib/jobs/record/job-record.ts';
import { resolveLostAnswer } from './lost-answer.ts';
import { resend } from './resend.server.ts';
import { isStillOpen, undecided } from './unknown-outcome.ts';

/**
 * Finds out what became of a submission whose answer was lost, in the way that its provider allows. Afterwards the record
 * has its task, or the submission is closed as not accepted.
 * @throws ReelError `unknown-outcome` when that cannot be found out, or not now
 */
export async function resolveOutcome<R extends JobRecord, Request>(run: JobRun<R, Request>): Promise<void> {
  const { lostAnswer } = run.job.provider;
  if (lostAnswer.kind === 'list') return resolveLostAnswer(run, lostAnswer);
  if (await closeUnsent(run)) return;
  if (lostAnswer.kind === 'resend') return resend(run, lostAnswer);
  const { intent } = run.leased.record;
  if (!intent) return;
  const reason = 'its answer was lost, and this provider cannot be asked for it';
  throw await undecided(run, intent, { candidates: [], reason, retryable: false });
}

/**
 * The time of leaving is on record before a request leaves, in a write that checks the lease, which is ours by now:
 * without one this submission has not left, and its process cannot send it any more.
 */
async function closeUnsent<R extends JobRecord, Request>({
  leased,
  environment,
}: JobRun<R, Request>): Promise<boolean> {
  const { intent } = leased.record;
  // Records of earlier versions have no such time.
  if (!intent || intent.submissionId === undefined) return false;
  if (intent.sentAt !== undefined || intent.lostAt !== undefined) return false;
  const note = 'its process ended before it was sent';
  await leased.patch((current) => (isStillOpen(current, intent) ? closeSubmission(current, 'not-accepted', note) : {}));
  environment.runSpending.takeBack(submissionName(intent));
  return true;
}
