import type { JobRun } from '#lib/jobs/job.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { resolveLostAnswer } from './lost-answer.ts';
import { resend } from './resend.server.ts';
import { closeUnsent, undecided } from './unknown-outcome.ts';

/**
 * Finds out what became of a submission whose answer was lost, in the way that its provider allows. Afterwards the record
 * has its task, or the submission is closed as not accepted.
 * @throws ReelError `unknown-outcome` when that cannot be found out, or not now
 */
export async function resolveOutcome<R extends JobRecord, Request>(run: JobRun<R, Request>): Promise<void> {
  const { lostAnswer } = run.job.provider;
  if (lostAnswer.kind === 'list') return resolveLostAnswer(run, lostAnswer);
  if (lostAnswer.kind === 'resend') return resend(run, lostAnswer);
  const { intent } = run.leased.record;
  if (!intent || (await closeUnsent(run))) return;
  const reason = 'its answer was lost, and this provider cannot be asked for it';
  throw await undecided(run, intent, { candidates: [], reason, retryable: false });
}
