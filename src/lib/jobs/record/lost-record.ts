import { commandLine } from '#lib/base/command-line.ts';
import { ReelError } from '#lib/base/errors.ts';
import { closeSubmission } from './history.ts';
import { isSameSubmission, type JobRecord, jobRecordSchema, type PastSubmission } from './job-record.ts';

/** What a process knows of the record that it works on, without looking at the store. */
export interface Holding<R extends JobRecord> {
  /** As this process last wrote or read it. */
  readonly record: R;
  readonly fence: number;
  readonly owner: string;
  /** As it was claimed: a cancellation in it is of an earlier submission, which this run replaces. */
  readonly claimed: R;
  /** Something that was, or may have been, paid for depends on the record. */
  readonly mayBePaid: boolean;
  isLeasedByOther(current: R): boolean;
}

/**
 * How the record in the store stands to the process that works on it: still `held`, `canceled` by a person, `taken` over
 * by another process, or `lost`: deleted, or replaced by another copy of the records.
 */
export type Standing = 'held' | 'canceled' | 'taken' | 'lost';

export function standingOf<R extends JobRecord>(current: R | undefined, held: Holding<R>): Standing {
  if (!current) return 'lost';
  // Cancelling needs no lease, so that it works from any process; the holder notices at its next write.
  const { canceledAt } = current;
  if (canceledAt !== undefined && canceledAt !== held.claimed.canceledAt && isSameWork(current, held.record)) {
    return 'canceled';
  }
  // We have released it ourselves: a late heartbeat must not renew it.
  if (!held.record.lease) return 'taken';
  const isOurLease = current.lease?.fence === held.fence && current.lease.owner === held.owner;
  if (isOurLease && !isEarlierCopy(current, held.record)) return 'held';
  return takenOver(current, held);
}

function takenOver<R extends JobRecord>(current: R, held: Holding<R>): 'canceled' | 'taken' | 'lost' {
  const past = closedIn(current, held.record);
  if (past) return past.outcome === 'canceled' ? 'canceled' : 'taken';
  if (fenceOf(current) > held.fence) return 'taken';
  const isOthers = held.isLeasedByOther(current);
  return isOthers && (!held.mayBePaid || isSameWork(current, held.record)) ? 'taken' : 'lost';
}

/** The lease is ours, and what was written since is not there: a copy from earlier in this very run was put back. */
function isEarlierCopy(current: JobRecord, ours: JobRecord): boolean {
  const { taskId, intent, captured } = current;
  // The process that sent an unanswered request may withdraw it while we hold the lease.
  if (closedIn(current, ours)) return false;
  if (ours.taskId !== undefined && taskId !== ours.taskId) return true;
  if (ours.intent && !isSameSubmission(ours.intent, intent)) return true;
  if (ours.intent?.sentAt !== undefined && intent?.sentAt === undefined) return true;
  return ours.captured !== undefined && captured?.sha256 !== ours.captured.sha256;
}

function isSameWork(current: JobRecord, ours: JobRecord): boolean {
  if (current.intent && ours.intent) return isSameSubmission(current.intent, ours.intent);
  return current.taskId === ours.taskId;
}

/** Why a record that is not held any more ends the work, where it is not to be written again. */
export function lossOf<R extends JobRecord>(key: string, current: R | undefined, held: Holding<R>): ReelError {
  const standing = standingOf(current, held);
  if (standing === 'canceled') return new ReelError('aborted', `${key} was cancelled.`);
  if (standing !== 'lost') {
    return new ReelError('busy', `Another process has taken over ${key}; this one has stopped. No work was lost.`);
  }
  const what = current ? 'was replaced by another copy' : 'was removed';
  const advice = `Nothing was bought. Check the records (${commandLine('videos')}), then generate it again.`;
  return new ReelError(
    'store-corrupt',
    `The record of ${key} ${what} while this process was working on it. ${advice}`,
    { stage: 'recording' },
  );
}

/** The highest fencing number that the record has ever shown. */
export function fenceOf({ fence = 0, lease }: Pick<JobRecord, 'fence' | 'lease'>): number {
  return Math.max(fence, lease?.fence ?? 0);
}

/**
 * Our record as it is to be written again over what stands in its place. A submission that only the other copy knows
 * moves into the history: it may be paid for as well.
 */
export function writtenBack<R extends JobRecord>(current: R | undefined, ours: R): R {
  if (!current) return ours;
  const history = mergedHistory(current, ours);
  return { ...otherFields(current), ...ours, ...(history.length > 0 && { history }) };
}

/** The record of those who have taken over, with our task in its history: it is paid for. */
export function withOurTask<R extends JobRecord>(current: R, ours: R): R {
  const { taskId } = ours;
  if (taskId === undefined || current.taskId === taskId || closedIn(current, ours)) return current;
  const note = `the record was lost while this task was running, and now belongs to another task; ${costOf(taskId)}`;
  const past = closeSubmission(ours, undefined, note).history?.at(-1);
  return past ? { ...current, history: [...(current.history ?? []), past] } : current;
}

function mergedHistory(current: JobRecord, ours: JobRecord): PastSubmission[] {
  const known = [...(ours.history ?? [])];
  for (const past of [...(current.history ?? []), ...unknownWork(current)]) {
    if (![...known, ...ownWork(ours)].some((one) => isSamePast(one, past))) known.push(past);
  }
  return known;
}

type Work = Pick<PastSubmission, 'taskId'> & { at?: string | undefined };

/** What our record is about, and what it is to replace: neither is past. */
function ownWork({ taskId, intent, previous }: JobRecord): Work[] {
  return [
    { taskId, at: intent?.at },
    { taskId: previous?.taskId, at: previous?.intent?.at },
  ];
}

/** By the time only where an id is missing: no task may be dropped. */
function isSamePast(one: Work, past: PastSubmission): boolean {
  const isByTime = one.taskId === undefined || past.taskId === undefined;
  return isByTime ? one.at === past.at : one.taskId === past.taskId;
}

/** What the other copy is about, if anything was sent for it. */
function unknownWork(current: JobRecord): PastSubmission[] {
  const { taskId, intent } = current;
  if (!intent || (taskId === undefined && intent.sentAt === undefined)) return [];
  const note = 'found when the record of a later task was lost and restored';
  const past = closeSubmission(current, undefined, taskId === undefined ? note : `${note}; ${costOf(taskId)}`);
  return past.history?.slice(-1) ?? [];
}

/** Our submission, where another process that knew of it has ended it. */
function closedIn({ history }: JobRecord, { taskId, intent }: JobRecord): PastSubmission | undefined {
  return history?.find((past) => isSamePast({ taskId, at: intent?.at }, past));
}

/** What others keep in the record; the engine's own fields of an older copy would contradict ours. */
function otherFields(current: JobRecord): Record<string, unknown> {
  return Object.fromEntries(Object.entries(current).filter(([name]) => !(name in jobRecordSchema.shape)));
}

function costOf(taskId: string): string {
  return `task ${taskId} may be paid for`;
}
