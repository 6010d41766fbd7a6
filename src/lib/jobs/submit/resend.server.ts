import { backoffDelayMs } from '#lib/base/backoff.ts';
import { type ErrorCode, isReelError, ReelError } from '#lib/base/errors.ts';
import { redactText } from '#lib/base/redact.ts';
import { type JobRun, reportAndWait } from '#lib/jobs/job.ts';
import type { LostAnswer } from '#lib/jobs/provider.ts';
import type { Intent, JobRecord } from '#lib/jobs/record/job-record.ts';
import { assertSameEndpoint } from '#lib/jobs/same-endpoint.ts';
import { recordTask } from './record-task.ts';
import { requestHash } from './request-hash.server.ts';
import { send } from './send.ts';
import { closeUnsent, isOtherAccount, isStillOpen, undecided } from './unknown-outcome.ts';

/** For how long a service honours an idempotency key where it does not say: most keep one for a day. */
export const HONOURED_MS = 3_600_000;
const MOST_TRIES = 5;
/** On this side: no request was sent to the service. */
const OURS: ReadonlySet<ErrorCode> = new Set(['aborted', 'busy', 'store-corrupt', 'disk', 'disk-full', 'disk-denied']);

/**
 * Resends the exact request of a lost answer with the same submission id: the service returns the task that it created
 * for it, or creates it now, and bills once. This holds only while the service remembers the id.
 * @throws ReelError `unknown-outcome`, retryable while another try may bring the answer
 */
export async function resend<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  { honouredForMs = HONOURED_MS }: Extract<LostAnswer<Request>, { kind: 'resend' }>,
): Promise<void> {
  const { leased, environment } = run;
  const { intent } = leased.record;
  if (!intent) return;
  assertSameEndpoint(run.job, leased.record);
  for (let tries = 1; ; tries += 1) {
    const doubt = reasonNotTo(run, intent, honouredForMs);
    if (doubt !== undefined) {
      if (await closeUnsent(run)) return;
      throw await undecided(run, intent, { candidates: [], reason: doubt, retryable: false });
    }
    const refusal = await sendAgain(run, intent, () => reasonNotTo(run, intent, honouredForMs));
    if (!isStillOpen(leased.record, intent)) return;
    if (tries === MOST_TRIES || refusal?.retryable === false) {
      throw noAnswer(run.job.key, intent, refusal);
    }
    const backoffMs = backoffDelayMs(tries, { baseMs: 1000, maxMs: 15_000 }, environment.clock);
    const waitMs = Math.max(backoffMs, refusal?.retryAfterMs ?? 0);
    await reportAndWait(run, { attempt: tries, waitMs, reason: 'the answer to the submission was lost' }, run.signal);
  }
}

/**
 * Resolves when the task is on record or the answer was lost again, or with what kept this request from being accepted.
 * That says nothing about the first one, so that the intent stays.
 */
async function sendAgain<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  intent: Intent,
  doubt: () => string | undefined,
): Promise<ReelError | undefined> {
  // A long "too many requests" may lie between the decision and the request.
  const mayLeave = () => {
    const reason = doubt();
    if (reason !== undefined) throw new ReelError('unknown-outcome', `Not sent: ${reason}.`, { billable: 'maybe' });
  };
  try {
    const answer = await send(run, intent, requestOf(run, intent), mayLeave);
    if (answer) await recordTask(run, intent, answer);
    return undefined;
  } catch (error) {
    if (!isReelError(error) || error.taskId !== undefined || OURS.has(error.code)) throw error;
    return error;
  }
}

/** No candidates are noted: as long as it can be sent again for nothing, force must not buy it a second time. */
function noAnswer(key: string, { at }: Intent, refusal: ReelError | undefined): ReelError {
  const why = refusal ? ` (${redactText(refusal.message)})` : '';
  const message = `It is unknown whether the submission for ${key} of ${at} was accepted: sending it again got no answer${why}. Run it again: it is resent with the same id, so it is billed only once.`;
  return new ReelError('unknown-outcome', message, {
    ...{ stage: 'submitting', billable: 'maybe', retryable: true },
    cause: refusal,
  });
}

/** The request that the intent was written for: the one on record, or the job's where it was too large to keep. */
function requestOf<R extends JobRecord, Request>({ job }: JobRun<R, Request>, { request }: Intent): Request {
  return (request as Request | undefined) ?? job.request;
}

/** Why the same id might bill a second time. */
function reasonNotTo<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  intent: Intent,
  honouredForMs: number,
): string | undefined {
  if (intent.submissionId === undefined) return 'it was sent without an idempotency key';
  if (requestHash(requestOf(run, intent)) !== intent.requestHash) return 'its request was not saved';
  if (isOtherAccount(run, intent)) return 'it was submitted with another key';
  const ageMs = run.environment.clock.now() - Date.parse(intent.at);
  // A clock that was set back says nothing about how long it is.
  if (ageMs >= 0 && ageMs < honouredForMs) return undefined;
  return 'the service may no longer recognize its id';
}
