import { throwIfAborted } from '#lib/base/clock.ts';
import { isReelError } from '#lib/base/errors.ts';
import { type JobRun, report } from '#lib/jobs/job.ts';
import type { Submitted } from '#lib/jobs/provider.ts';
import { type Intent, isSameSubmission, type JobRecord, submissionName } from '#lib/jobs/record/job-record.ts';

/**
 * Sends the request of an intent. Bills.
 * @param request the one that the intent was written for
 * @param mayLeave called just before it leaves; throws where it must not any more
 * @returns undefined when it is unknown whether it was accepted, which is then on record
 * @throws ReelError when it is certain that the request was not accepted; `billable` is then 'no'
 */
export async function send<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  intent: Intent,
  request: Request,
  mayLeave: () => void = () => {},
): Promise<Submitted | undefined> {
  const { job, leased, signal, environment } = run;
  const now = () => new Date(environment.clock.now()).toISOString();
  const announce = () => report(run, { stage: 'submitting', attempt: intent.attempt, estimate: intent.estimate });
  const wasPaid = leased.mayBePaid;
  let hasWaited = false;
  announce();
  try {
    return await job.provider.submit(request, {
      signal,
      submissionId: intent.submissionId ?? submissionName(intent),
      // An upload or a long "too many requests" may lie behind us: the lease lost, the video cancelled, the user gone.
      beforeSend: async () => {
        await leased.patch((current) => onItsWay(current, intent, { sentAt: now() }));
        throwIfAborted(signal);
        mayLeave();
        leased.mayBePaid = true;
        // From here on no caller may leave before the answer.
        if (hasWaited) announce();
        hasWaited = false;
      },
      onWait: (wait) => {
        hasWaited = true;
        leased.mayBePaid = wasPaid;
        report(run, { stage: 'retrying', ...wait });
      },
    });
  } catch (error) {
    if (!isReelError(error) || error.billable === 'no') throw error;
    const { requestId } = error;
    // The id helps to find the task; the time says for how long it may still be made.
    await leased.report((current) => ({
      ...onItsWay(current, intent, { lostAt: now() }),
      ...(requestId && isSameSubmission(current.intent, intent) && { requestId }),
    }));
    return undefined;
  }
}

function onItsWay({ intent: current }: JobRecord, intent: Intent, times: Partial<Intent>): Partial<JobRecord> {
  return current && isSameSubmission(current, intent) ? { intent: { ...current, ...times } } : {};
}
