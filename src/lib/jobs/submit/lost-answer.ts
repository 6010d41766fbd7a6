import { backoffDelayMs } from '#lib/base/backoff.ts';
import { throwIfAborted } from '#lib/base/clock.ts';
import { isReelError, messageOf, ReelError } from '#lib/base/errors.ts';
import { cautiousNowMs } from '#lib/jobs/deliver/cautious-time.ts';
import { type JobRun, report, reportAndWait } from '#lib/jobs/job.ts';
import { isSameProcess } from '#lib/jobs/lease/process-name.ts';
import type { LostAnswer } from '#lib/jobs/provider.ts';
import { closeSubmission } from '#lib/jobs/record/history.ts';
import { type Candidate, type Intent, type JobRecord, submissionName } from '#lib/jobs/record/job-record.ts';
import { taskClaim, taskIdsOf } from '#lib/jobs/record/record-format.ts';
import { assertSameEndpoint } from '#lib/jobs/same-endpoint.ts';
import type { RecordStore, Step } from '#lib/stores/records/record-store.ts';
import { isOtherAccount, isStillOpen, undecided } from './unknown-outcome.ts';

type TaskList<Request> = Extract<LostAnswer<Request>, { kind: 'list' }>;

const LOOKING = 'the answer to the submission was lost; looking for its task';
const NO_LIST = 'its answer was lost, and this server has no list of its videos or tasks';
// Clocks of two machines differ; the prompt is compared as well, so a wide window costs nothing.
const CLOCK_SKEW_MS = 10 * 60_000;
// Some time for the provider to write down the end of a task that took as long as a task can.
const AFTER_LONGEST_TASK_MS = 30 * 60_000;

/**
 * Determines the outcome of a submission whose answer was lost, from the tasks that the provider lists.
 * One match: adopted as this record's task. None, once the window in which a task must have shown up has passed, the
 * provider answered and the process that submitted it has certainly ended: the submission is closed as not accepted, and
 * may be made again. Anything else stays unknown.
 * @throws ReelError `unknown-outcome` with the candidates in its message and in the record
 */
export async function resolveLostAnswer<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  list: TaskList<Request>,
): Promise<void> {
  const { leased, environment } = run;
  const { intent } = leased.record;
  if (!intent) return;
  assertSameEndpoint(run.job, leased.record);
  assertStillListed(run, intent);
  // The search may take a while, and a caller without time for it may leave.
  report(run, { stage: 'retrying', attempt: 1, waitMs: 0, reason: LOOKING });
  let waitedMs = 0;
  for (let failures = 1; ; failures += 1) {
    throwIfAborted(run.signal);
    const byClockMs = environment.clock.now() - lastSignOf(intent);
    // A clock that is set forward while we look proves nothing: of our own submission we know how long we have waited.
    const sinceMs = intent.owner === leased.owner ? Math.min(byClockMs, waitedMs) : byClockMs;
    const found = await askForCandidates(run, list, intent, sinceMs >= environment.settleWindowMs);
    // Its own process may have had its answer meanwhile, or a person may have said which task it is.
    await leased.assertHeld();
    if (!isStillOpen(leased.record, intent)) return;
    if (found === 'not-offered')
      throw await undecided(run, intent, { candidates: [], reason: NO_LIST, retryable: false });
    if (found && (await decide(run, intent, found, { sinceMs, emptyMeans: list.emptyMeans }))) return;
    waitedMs += await pause(run, failures, environment.settleWindowMs - sinceMs);
  }
}

/**
 * The last moment at which the request is known to have been on its way, in ms. A request may wait long before it leaves
 * (an upload, a 429), and the provider may work on for minutes at one whose answer this side has given up.
 */
function lastSignOf({ at, sentAt, lostAt }: Intent): number {
  return Date.parse(lostAt ?? sentAt ?? at);
}

/** Returns whether it is decided; throws when only a person can decide. */
async function decide<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  intent: Intent,
  { near, far }: Found,
  { sinceMs, emptyMeans }: { sinceMs: number; emptyMeans: TaskList<Request>['emptyMeans'] },
): Promise<boolean> {
  const certain = near.filter((one) => one.isCertain);
  const similar = near.filter((one) => one.isSimilar);
  // A running task may not show its prompt yet.
  const { longestTaskMs } = run.job.provider;
  const doubtIsOver = longestTaskMs !== undefined && sinceMs >= longestTaskMs + AFTER_LONGEST_TASK_MS;
  // While a task that shows nothing yet may turn out to be ours, too, one that fits is not the only one.
  const only = near.length - similar.length === 1 || doubtIsOver ? certain[0] : undefined;
  if (certain.length === 1 && only && (await adopt(run, intent, only))) return true;
  if (certain.length > 1)
    throw await undecided(run, intent, { candidates: certain, reason: 'several tasks match it', retryable: false });
  const isOverdue = sinceMs >= run.environment.settleWindowMs;
  if (certain.length === 0 && similar.length > 0 && isOverdue) {
    const reason = 'a task created at that time has a similar prompt, but not the same one';
    throw await undecided(run, intent, { candidates: near, reason, retryable: false });
  }
  const all = [...near, ...far];
  if (all.length === 0 && isOverdue) {
    const doubt = reasonToDoubt(run, intent, { emptyMeans, isOld: doubtIsOver });
    if (doubt !== undefined) throw await undecided(run, intent, { candidates: [], reason: doubt, retryable: true });
    await close(run, intent);
    return true;
  }
  if (far.some((one) => one.isCertain) && near.length === 0) {
    const reason = 'a task with the same prompt was created at another time';
    throw await undecided(run, intent, { candidates: far, reason, retryable: false });
  }
  // Where it is unknown how long a task may hide its prompt, a person is asked at once.
  if (doubtIsOver || (isOverdue && longestTaskMs === undefined)) {
    const reason = 'the provider does not show which submission the task belongs to';
    throw await undecided(run, intent, { candidates: all, reason, retryable: all.length === 0 });
  }
  return false;
}

/** Why a task that the provider does not list may exist all the same, or come into being yet. */
function reasonToDoubt<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  intent: Intent,
  { emptyMeans, isOld }: { emptyMeans: TaskList<Request>['emptyMeans']; isOld: boolean },
): string | undefined {
  const { leased, environment } = run;
  const { owner } = intent;
  // However much later.
  if (isOtherAccount(run, intent)) return 'the provider lists no such task, but it was submitted with another key';
  if (emptyMeans === 'unknown') return 'the provider lists no such task, but one may still exist';
  if (isOld || owner === undefined || isSameProcess(owner, leased.owner) || environment.isSurelyDead(owner))
    return undefined;
  return 'the provider lists no such task, but the process that submitted it may still be running. If it is suspended, it may send the request when it resumes. End it, or let it finish';
}

async function pause<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  failures: number,
  windowLeftMs: number,
): Promise<number> {
  const { clock } = run.environment;
  const backoffMs = backoffDelayMs(failures, { baseMs: 1000, maxMs: 15_000 }, clock);
  const waitMs = windowLeftMs > 0 ? Math.min(backoffMs, windowLeftMs) : backoffMs;
  await reportAndWait(run, { attempt: failures, waitMs, reason: LOOKING }, run.signal);
  return waitMs;
}

async function close<R extends JobRecord, Request>(
  { leased, environment }: JobRun<R, Request>,
  intent: Intent,
): Promise<void> {
  const note =
    'the answer was lost, and the provider has no such task, so it was not accepted and can be submitted again';
  await leased.patch((current) => (isStillOpen(current, intent) ? closeSubmission(current, 'not-accepted', note) : {}));
  environment.runSpending.takeBack(submissionName(intent));
}

interface Found {
  /** Made about when the request was sent. */
  near: Candidate[];
  /** At another time, by clocks that may have been wrong then. */
  far: Candidate[];
}

/** The tasks that fit and that no record owns yet; undefined when the provider could not be asked this time. */
async function askForCandidates<R extends JobRecord, Request>(
  run: JobRun<R, Request>,
  list: TaskList<Request>,
  intent: Intent,
  lastTry: boolean,
): Promise<Found | 'not-offered' | undefined> {
  const { job, environment, leased } = run;
  const { store } = environment;
  try {
    const candidates = await list.find({
      request: (intent.request as Request | undefined) ?? job.requestOf?.(leased.record) ?? job.request,
      requestId: leased.record.requestId,
      except: await taskIdsOnRecord(store),
      signal: run.signal,
    });
    if (candidates === 'not-offered') return candidates;
    // Asked again: while the provider answered, another record may have found its own.
    return byDistance(intent, environment.settleWindowMs, await withoutOwner(store, candidates));
  } catch (error) {
    if (isReelError(error) && error.code === 'aborted') throw error;
    if (!lastTry) return undefined;
    const reason = `the provider's task list is unavailable (${messageOf(error)})`;
    throw await undecided(run, intent, { candidates: [], reason, retryable: true });
  }
}

function byDistance(intent: Intent, windowMs: number, candidates: readonly Candidate[]): Found {
  const earliestMs = Date.parse(intent.at) - CLOCK_SKEW_MS;
  const latestMs = lastSignOf(intent) + windowMs + CLOCK_SKEW_MS;
  const isNear = ({ submittedAt }: Candidate) => {
    if (submittedAt === undefined) return true;
    const madeMs = Date.parse(submittedAt);
    return madeMs >= earliestMs && madeMs <= latestMs;
  };
  // One that is only similar and was created at another time differs in two ways: it belongs to another submission.
  return { near: candidates.filter(isNear), far: candidates.filter((one) => !isNear(one) && !one.isSimilar) };
}

/** False when another record has taken the task since it was looked for: two lost submissions may be alike. */
async function adopt<R extends JobRecord, Request>(
  { leased, job }: JobRun<R, Request>,
  intent: Intent,
  found: Candidate,
): Promise<boolean> {
  const claim = taskClaim(found.taskId);
  const take = (current: R, { ownerOf }: Step): Partial<JobRecord> => {
    if (!isStillOpen(current, intent) || ownerOf(claim) !== undefined) return {};
    const submittedAt = found.submittedAt ?? intent.at;
    const requestId = found.requestId ?? current.requestId;
    const { historyMs } = job.provider;
    const expiresAt = historyMs === undefined ? undefined : new Date(Date.parse(submittedAt) + historyMs).toISOString();
    const { taskId, handle } = found;
    return { taskId, handle, requestId, submittedAt, expiresAt, error: undefined, errorCode: undefined };
  };
  const record = await leased.patch(take, {}, { claims: [claim] });
  return record.taskId !== undefined;
}

function assertStillListed<R extends JobRecord, Request>(
  { job, environment }: JobRun<R, Request>,
  intent: Intent,
): void {
  const { historyMs } = job.provider;
  if (historyMs === undefined) return;
  if (cautiousNowMs(environment.clock, job.provider) - Date.parse(intent.at) < historyMs) return;
  throw new ReelError(
    'unknown-outcome',
    `The submission for ${job.key} of ${intent.at} was never answered, and the provider no longer lists tasks that old. Use force to buy again.`,
    { stage: 'submitting', billable: 'maybe', retryable: false },
  );
}

/** Tasks that need no look. Reads every record, which is rare: it saves the provider a request for each task. */
async function taskIdsOnRecord(store: RecordStore<JobRecord>): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const record of store.find()) for (const id of taskIdsOf(record)) ids.add(id);
  return ids;
}

async function withoutOwner(store: RecordStore<JobRecord>, candidates: Candidate[]): Promise<Candidate[]> {
  const free: Candidate[] = [];
  for (const candidate of candidates) {
    const owners = await Array.fromAsync(store.find({ taskId: candidate.taskId, limit: 1 }));
    if (owners.length === 0) free.push(candidate);
  }
  return free;
}
