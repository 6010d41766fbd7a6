import { currentOutcome } from './budget.ts';
import type { JobRecord, PastSubmission } from './job-record.ts';

/** Everything that belongs to one submission, emptied; the old file's facts stay until a new one is in place. */
const NO_SUBMISSION = {
  intent: undefined,
  taskId: undefined,
  requestId: undefined,
  submittedAt: undefined,
  expiresAt: undefined,
  videoUrl: undefined,
  captured: undefined,
  canceledAt: undefined,
  cancelConfirmed: undefined,
  completedAt: undefined,
  error: undefined,
  errorCode: undefined,
  receipt: undefined,
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
    requestId: record.requestId,
    model: record.model,
    estimate: intent.estimate,
    charged: record.receipt?.charged,
    note,
  };
}
