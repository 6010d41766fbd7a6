import { ReelError } from '#lib/base/errors.ts';
import type { JobRun } from '#lib/jobs/job.ts';
import { closeSubmission } from '#lib/jobs/record/history.ts';
import {
  type Candidate,
  type Intent,
  isSameSubmission,
  type JobRecord,
  submissionName,
} from '#lib/jobs/record/job-record.ts';

/** Whether this submission is still the one that the record is about, and still without its answer. */
export function isStillOpen({ taskId, intent: current }: JobRecord, intent: Intent): boolean {
  return taskId === undefined && isSameSubmission(current, intent);
}

export interface Undecided {
  candidates: Candidate[];
  /** Why it is not known, as a clause. */
  reason: string;
  /** Looking again later, without anybody's help, may show more. */
  retryable: boolean;
}

/**
 * The error for an outcome that only a person can decide, or only time. Notes the candidates, so that `force` is allowed
 * from here on.
 */
export async function undecided<R extends JobRecord, Request>(
  { leased, job }: JobRun<R, Request>,
  intent: Intent,
  { candidates, reason, retryable }: Undecided,
): Promise<ReelError> {
  await leased.patch((current) =>
    current.intent && isStillOpen(current, intent) ? { intent: { ...current.intent, candidates } } : {},
  );
  const list = candidates.length > 0 ? ` Candidates: ${candidates.map((one) => one.taskId).join(', ')}.` : '';
  const isListed = candidates.length > 0 || job.provider.lostAnswer.kind === 'list';
  const command = isListed ? job.provider.captureCommand?.('<id>') : undefined;
  const advice = command
    ? `Capture the right one with "${command}", or use force to buy again.`
    : 'Check with the provider whether a task was created. If not, use force to buy again.';
  return new ReelError(
    'unknown-outcome',
    `It is unknown whether the submission for ${job.key} of ${intent.at} was accepted: ${reason}.${list} It was not repeated. ${advice}`,
    { stage: 'submitting', billable: 'maybe', retryable },
  );
}

/** Another account's list never shows the task, and its key makes another one. */
export function isOtherAccount<R extends JobRecord, Request>(
  { job }: Pick<JobRun<R, Request>, 'job'>,
  { account }: Intent,
): boolean {
  return account !== undefined && job.provider.account !== undefined && account !== job.provider.account;
}

/**
 * The time of leaving is on record before a request leaves, in a write that checks the lease, which is ours by now:
 * without one this submission has not left, and its process cannot send it any more.
 */
export async function closeUnsent<R extends JobRecord, Request>({
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
