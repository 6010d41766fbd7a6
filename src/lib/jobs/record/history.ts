import type { Finished, JobRecord, PastSubmission } from './job-record.ts';
import { currentOutcome } from './state.ts';

/** Everything that belongs to one submission, emptied; the old file's facts stay until a new one is in place. */
const NO_SUBMISSION = {
  intent: undefined,
  taskId: undefined,
  handle: undefined,
  requestId: undefined,
  submittedAt: undefined,
  expiresAt: undefined,
  videoUrl: undefined,
  captured: undefined,
  uploads: undefined,
  assets: undefined,
  canceledAt: undefined,
  cancelConfirmed: undefined,
  completedAt: undefined,
  error: undefined,
  errorCode: undefined,
  receipt: undefined,
  pictures: undefined,
  retries: undefined,
} satisfies Partial<JobRecord>;

/**
 * The change that ends the record's current submission: it moves into the history with its outcome and its cost, and
 * the record is free for the next one. Spending is summed over the history, so nothing paid is ever forgotten.
 */
export function closeSubmission(
  record: JobRecord,
  outcome?: PastSubmission['outcome'],
  note?: string,
): Partial<JobRecord> {
  const past = pastSubmission(record, outcome, note);
  return { ...NO_SUBMISSION, history: past ? [...(record.history ?? []), past] : record.history };
}

/** What `previous` keeps of a finished record, besides the provider's own fields. */
const KEPT = [
  ...(Object.keys(NO_SUBMISSION) as Array<keyof typeof NO_SUBMISSION>),
  'model',
  'localPath',
  'sizeBytes',
  'sha256',
  'object',
] as const;

/** The finished facts that a new submission is about to replace; `own` names the provider's fields among them. */
export function finishedFacts(record: JobRecord, own: readonly string[]): Finished {
  const facts = [...KEPT, ...own].flatMap((name) => (record[name] === undefined ? [] : [[name, record[name]]]));
  return { ...Object.fromEntries(facts), status: 'ready' };
}

/**
 * The change that ends a submission without a result. Where a finished file was to be replaced, the record is about that
 * file again: it still stands, and nothing bought for it may be bought twice.
 */
export function endWithoutResult(
  record: JobRecord,
  outcome?: PastSubmission['outcome'],
  note?: string,
): Partial<JobRecord> {
  const closed = closeSubmission(record, outcome, note);
  const { previous } = record;
  if (!previous) return closed;
  const history = closed.history?.filter((past) => !(past.outcome === 'delivered' && past.taskId === previous.taskId));
  return { ...closed, ...previous, previous: undefined, history };
}

function pastSubmission(
  record: JobRecord,
  outcome: PastSubmission['outcome'] | undefined,
  note: string | undefined,
): PastSubmission | undefined {
  const { intent } = record;
  if (!intent) return undefined;
  const now = currentOutcome(record);
  return {
    at: intent.at,
    outcome: outcome ?? (now === 'in-flight' ? 'unknown' : now),
    taskId: record.taskId,
    handle: record.handle,
    requestId: record.requestId,
    model: record.model,
    estimate: intent.estimate,
    charged: record.receipt?.charged,
    errorCode: record.errorCode,
    note,
    ...(record.errorCode === 'rejected' && intent.request !== undefined && { request: intent.request }),
  };
}
