import { backoffDelayMs } from '#lib/base/backoff.ts';
import { throwIfAborted } from '#lib/base/clock.ts';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { closeSubmission } from './history.ts';
import { type JobRun, tell } from './job.ts';
import type { Candidate, Intent, JobRecord } from './job-record.ts';

// Clocks of two machines differ; the prompt is compared as well, so a wide window costs nothing.
const CLOCK_SKEW_MS = 10 * 60_000;
// A running task may not show its prompt yet; the provider ends every task within three hours.
const LONGEST_DOUBT_MS = 3.5 * 3_600_000;

/**
 * Finds out what became of a submission whose answer was lost, by asking the provider for the tasks it may have made.
 * One match: adopted as this record's task. None, once the window in which a task must have shown up has passed and the
 * provider answered: the submission is closed as not accepted, and may be made again. Anything else stays unknown.
 * @throws ReelError `unknown-outcome` with the candidates in its message and in the record
 */
export async function settleSubmission<R extends JobRecord, Request>(run: JobRun<R, Request>): Promise<void> {
  const { leased, environment } = run;
  const intent = leased.record.intent;
  if (!intent) return;
  assertStillListed(run, intent);
  const submittedMs = Date.parse(intent.at);
  for (let failures = 1; ; failures += 1) {
    throwIfAborted(run.signal);
    const sinceMs = environment.clock.now() - submittedMs;
    const windowIsOver = sinceMs >= environment.settleWindowMs;
    const found = await askForCandidates(run, intent, windowIsOver);
    const certain = found?.filter((one) => one.isCertain) ?? [];
    const doubtIsOver = sinceMs >= LONGEST_DOUBT_MS;
    // While another task may yet turn out to be ours, too, one that fits is not the only one.
    const only = found?.length === 1 || doubtIsOver ? certain[0] : undefined;
    if (certain.length === 1 && only && (await adopt(run, only))) return;
    if (certain.length > 1) throw await undecided(run, intent, certain, 'several tasks fit it');
    if (found?.length === 0 && windowIsOver) {
      await leased.patch(closing);
      return;
    }
    if (found && doubtIsOver) {
      throw await undecided(run, intent, found, 'the provider does not show whose task it is');
    }
    await pause(run, failures, environment.settleWindowMs - sinceMs);
  }
}

async function pause<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  failures: number,
  windowLeftMs: number,
): Promise<void> {
  const { clock } = run.environment;
  const backoffMs = backoffDelayMs(failures, { baseMs: 1000, maxMs: 15_000 }, clock);
  const waitMs = windowLeftMs > 0 ? Math.min(backoffMs, windowLeftMs) : backoffMs;
  const reason = 'the answer to the submission was lost; looking for its task';
  tell(run, { stage: 'retrying', attempt: failures, waitMs, reason });
  await clock.wait(waitMs, run.signal);
}

function closing(current: JobRecord): Partial<JobRecord> {
  const note = 'the answer was lost, and the provider has no such task: not accepted, so it may be submitted again';
  return closeSubmission(current, 'not-accepted', note);
}

/** The tasks that fit and that no record owns yet; undefined when the provider could not be asked this time. */
async function askForCandidates<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  intent: Intent,
  lastTry: boolean,
): Promise<Candidate[] | undefined> {
  const { job, environment, leased } = run;
  const atMs = Date.parse(intent.at);
  const query = {
    request: (intent.request as Request | undefined) ?? job.request,
    requestId: leased.record.requestId,
    from: new Date(atMs - CLOCK_SKEW_MS),
    to: new Date(atMs + CLOCK_SKEW_MS + environment.settleWindowMs),
    signal: run.signal,
  };
  try {
    const [candidates, records] = [await job.provider.findSubmissions(query), await environment.store.list()];
    const owned = ownedTaskIds(records);
    return candidates.filter((candidate) => !owned.has(candidate.taskId));
  } catch (error) {
    if (isReelError(error) && error.code === 'aborted') throw error;
    if (lastTry)
      throw await undecided(run, intent, [], `the provider's list of tasks is out of reach (${messageOf(error)})`);
    return undefined;
  }
}

/** False when another record has taken the task since it was looked for: two lost submissions may be alike. */
async function adopt<R extends JobRecord, Request>({ leased }: JobRun<R, Request>, found: Candidate): Promise<boolean> {
  const record = await leased.patch((current, all) => {
    if (ownedTaskIds(all()).has(found.taskId)) return {};
    const submittedAt = found.submittedAt ?? current.intent?.at;
    const requestId = found.requestId ?? current.requestId;
    return { taskId: found.taskId, requestId, submittedAt, error: undefined, errorCode: undefined };
  });
  return record.taskId === found.taskId;
}

async function undecided<R extends JobRecord, Request>(
  { leased, job }: JobRun<R, Request>,
  intent: Intent,
  candidates: Candidate[],
  reason: string,
): Promise<ReelError> {
  await leased.patch({ intent: { ...intent, candidates } });
  const list = candidates.length > 0 ? ` Candidates: ${candidates.map((one) => one.taskId).join(', ')}.` : '';
  const advice = `Capture the right one with "rescue --task <id>", or buy again on purpose with force.`;
  return new ReelError(
    'unknown-outcome',
    `Whether the submission for ${job.key} of ${intent.at} was accepted is not known: ${reason}.${list} It was not repeated. ${advice}`,
    { stage: 'submitting', billable: 'maybe', retryable: candidates.length === 0 },
  );
}

function assertStillListed<R extends JobRecord, Request>(
  { job, environment }: JobRun<R, Request>,
  intent: Intent,
): void {
  if (environment.clock.now() - Date.parse(intent.at) < job.provider.historyMs) return;
  throw new ReelError(
    'unknown-outcome',
    `The submission for ${job.key} of ${intent.at} was never answered, and the provider no longer lists tasks that old. Buy again on purpose with force.`,
    { stage: 'submitting', billable: 'maybe', retryable: false },
  );
}

export function ownedTaskIds(records: readonly JobRecord[]): Set<string> {
  const ids = records.flatMap((record) => [record.taskId, ...(record.history ?? []).map((past) => past.taskId)]);
  return new Set(ids.filter((id): id is string => id !== undefined));
}
