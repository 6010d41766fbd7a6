import type { Intent, JobRecord, PastSubmission } from './job-record.ts';

/** How work that is still open stands: its last try may have failed, and the work goes on all the same. */
interface Open {
  hasFailed: boolean;
  /** `errorCode` of the last failure. */
  code: string | undefined;
  /** The provider stopped the task, and the cancellation was withdrawn later: there is no result and no charge. */
  isStopped: boolean;
}

/** A task is on record, and its result may still be available. */
export type InFlight = Open & { kind: 'in-flight'; taskId: string };

/** A submission left and no answer to it is on record. */
export type UnknownOutcome = Open & { kind: 'unknown-outcome'; intent: Intent };

export interface Canceled {
  kind: 'canceled';
  /** The provider's response. A task that continues is billed. */
  atProvider: 'stopped' | 'runs-on' | 'not-asked';
  /** Its result may still be available to a caller that requests it again. */
  mayDeliver: boolean;
}

export type RecordState =
  /** Nothing was bought, or what was bought is closed and in the history. */
  | { kind: 'new' }
  /** `unanswered`: a submission that got no answer, where the record was marked as ready despite it. */
  | { kind: 'ready'; unanswered: Intent | undefined }
  | InFlight
  | UnknownOutcome
  | Canceled
  /** Nothing was submitted, or the task itself has failed. */
  | { kind: 'failed'; code: string | undefined; mayBeBilled: boolean }
  /** The provider no longer has the task or its result. */
  | { kind: 'expired'; code: string };

/** Codes after which the same task can never be captured; for some only once it has expired, see `isEnd`. */
const FINAL_CODES: ReadonlySet<string> = new Set([
  'rejected',
  'provider-failed',
  'expired',
  'not-found',
  'invalid-input',
]);

/**
 * The one reading of a record's `status`, `taskId`, `intent`, `canceledAt`, `cancelConfirmed`, `errorCode` and `retries`:
 * every record is in exactly one state, also one that was edited by hand. Where fields contradict each other, a finished
 * file counts first, then a cancellation, then what may still be had.
 */
export function stateOf(record: JobRecord): RecordState {
  const { status, taskId, intent, canceledAt, cancelConfirmed } = record;
  if (status === 'ready') return { kind: 'ready', unanswered: taskId === undefined ? intent : undefined };
  const open = openWork(record);
  const isStopped = cancelConfirmed === true;
  // Taken back, and stopped all the same: once it is over, that is what it ended in.
  const isOver = isStopped && taskId !== undefined && !open;
  if (canceledAt === undefined && !isOver) return open ?? ended(record);
  const atProvider = isStopped ? 'stopped' : cancelConfirmed === false ? 'runs-on' : 'not-asked';
  return { kind: 'canceled', atProvider, mayDeliver: open !== undefined && !isStopped };
}

function openWork(record: JobRecord): InFlight | UnknownOutcome | undefined {
  const { status, taskId, intent, cancelConfirmed, errorCode: code, retries } = record;
  const open = { hasFailed: status === 'failed', code, isStopped: cancelConfirmed === true };
  if (taskId === undefined) return intent && { kind: 'unknown-outcome', intent, ...open };
  // A next try is only planned for what may still be available, however the last one ended.
  const mayBeHad = status === 'generating' || retries?.nextAt !== undefined || !isFinalCode(code);
  return mayBeHad ? { kind: 'in-flight', taskId, ...open } : undefined;
}

function ended(record: JobRecord): RecordState {
  const { status, taskId, errorCode: code } = record;
  if (taskId === undefined && status !== 'failed') return { kind: 'new' };
  if (isGone(code)) return { kind: 'expired', code };
  return { kind: 'failed', code, mayBeBilled: taskId !== undefined && !isFreeOfCharge(record) };
}

/** A failed task is, but one may also succeed, be billed and have nothing to show: the receipt of the failure knows. */
function isFreeOfCharge({ receipt, taskId, errorCode }: JobRecord): boolean {
  return receipt?.taskId === taskId ? receipt?.charged.usd === 0 : errorCode === 'rejected';
}

/** True while there is a result that was, or may have been, paid for and may still be delivered. */
export function isUnfinished(record: JobRecord): boolean {
  const { kind } = stateOf(record);
  return kind === 'in-flight' || kind === 'unknown-outcome';
}

/** As `isUnfinished`, also for what was cancelled here and not stopped by the provider. */
export function mayStillDeliver(record: JobRecord): boolean {
  const state = stateOf(record);
  return state.kind === 'canceled' ? state.mayDeliver : isUnfinished(record);
}

/** The code of the failure that the record shows: of the last try, or of the one that ended the work. */
export function failureCodeOf(record: JobRecord): string | undefined {
  const state = stateOf(record);
  if (state.kind === 'failed' || state.kind === 'expired') return state.code;
  return (state.kind === 'in-flight' || state.kind === 'unknown-outcome') && state.hasFailed ? state.code : undefined;
}

/** The provider stopped the task, so there is no result and no charge. */
export function isStoppedAtProvider(record: JobRecord): boolean {
  const state = stateOf(record);
  if (state.kind === 'canceled') return state.atProvider === 'stopped';
  return (state.kind === 'in-flight' || state.kind === 'unknown-outcome') && state.isStopped;
}

/** The submission that left and to which no answer is on record, unless it was cancelled. */
export function unansweredOf(record: JobRecord): Intent | undefined {
  const state = stateOf(record);
  if (state.kind === 'ready') return state.unanswered;
  return state.kind === 'unknown-outcome' ? state.intent : undefined;
}

/**
 * Whether a person may give up on unfinished work and buy again: on an outcome that was looked for and cannot be
 * determined, and on a task that the provider says does not exist.
 * @param historyMs how long the provider lists what it was asked for; undefined: not known
 */
export function mayGiveUp(record: JobRecord, historyMs: number | undefined, nowMs: number): boolean {
  const unanswered = unansweredOf(record);
  if (unanswered) {
    const isForgotten = historyMs !== undefined && nowMs - Date.parse(unanswered.at) >= historyMs;
    return unanswered.candidates !== undefined || isForgotten;
  }
  const state = stateOf(record);
  return state.kind === 'in-flight' && isGone(state.code);
}

export function isFinalCode(code: string | undefined): boolean {
  return code !== undefined && FINAL_CODES.has(code);
}

function isGone(code: string | undefined): code is 'expired' | 'not-found' {
  return code === 'expired' || code === 'not-found';
}

export type Outcome = PastSubmission['outcome'] | 'in-flight';

/** Current state of the submission that the record's intent describes. */
export function currentOutcome(record: JobRecord): Outcome {
  if (isStoppedAtProvider(record)) return 'canceled';
  const state = stateOf(record);
  switch (state.kind) {
    case 'ready':
      return 'delivered';
    case 'canceled':
      // Abandoned: it may continue and be billed, and no process fetches it.
      return 'unknown';
    case 'unknown-outcome':
      // Searched for without success, and given up.
      return state.code === 'unknown-outcome' ? 'unknown' : 'in-flight';
    case 'in-flight':
      return 'in-flight';
    case 'failed':
      return state.mayBeBilled ? 'unknown' : 'failed';
    case 'expired':
      return 'expired';
    case 'new':
      return 'not-accepted';
  }
}
