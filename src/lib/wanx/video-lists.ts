import { timeOf } from '#lib/base/iso-time.ts';
import type { JobRecord } from '#lib/jobs/record/job-record.ts';
import { isUnfinished, stateOf } from '#lib/jobs/record/state.ts';
import { spendTotalsOf } from '#lib/jobs/spending/tally.ts';
import { undoUntilMs } from '#lib/jobs/versions/film-record.ts';
import type { RecordLists } from '#lib/stores/records/record-store.ts';

/** What pages show of a video, as far as its record says it: a file may be missing all the same. */
export interface Shown {
  /** Its view may change with time alone. Nothing else is said of it then. */
  isMoving: boolean;
  group?: 'stopped' | 'saved' | undefined;
  /** Failed, in distinction from canceled. */
  hasFailed: boolean;
  /** Has a film to play. */
  isMade: boolean;
}

export function shownBy(record: JobRecord): Shown {
  if (isMoving(record)) return { isMoving: true, hasFailed: false, isMade: false };
  const isMade = record.localPath !== undefined && hasDelivery(record);
  const { kind } = stateOf(record);
  const isSaved = kind === 'ready' && isMade;
  const hasFailed = kind === 'failed' || kind === 'expired' || (kind === 'ready' && !isMade);
  const group = isSaved ? 'saved' : hasFailed || kind === 'canceled' ? 'stopped' : undefined;
  return { isMoving: false, group, hasFailed, isMade };
}

/** When a film was finished, or else ordered: the latest ones come first. */
export function latestOf({ previous, completedAt, submittedAt }: JobRecord): number {
  return timeOf(previous?.completedAt ?? completedAt ?? submittedAt);
}

/** Whether the record has ever had a film. */
export function hasDelivery({ status, history, sha256, previous }: JobRecord): boolean {
  if (status === 'ready' || previous !== undefined) return true;
  return sha256 !== undefined && (history ?? []).some((past) => past.outcome === 'delivered');
}

/** The lists that a page of the library reads: what is moving, and all other videos, as a whole and by their group. */
export const videoLists: RecordLists<JobRecord> = {
  version: 1,
  placesOf: (record) => {
    const at = -timeOf(record.createdAt);
    const { isMoving, group } = shownBy(record);
    if (isMoving) return { moving: at };
    return { settled: at, ...(group && { [group]: -latestOf(record) }) };
  },
};

/** The sums that pages show. */
export function videoTotalsOf(record: JobRecord): Record<string, number> {
  const { isMoving, group, hasFailed, isMade } = shownBy(record);
  return {
    ...spendTotalsOf(record),
    'shown:settled': Number(!isMoving),
    'shown:stopped': Number(group === 'stopped'),
    'shown:saved': Number(group === 'saved'),
    'shown:failed': Number(hasFailed),
    'shown:made': Number(isMade),
  };
}

/** The next time at which the view of a record changes: see `toVideoView` in `web/`. */
export function nextChangeMs({ expiresAt, lease, intent, versions }: JobRecord, nowMs: number): number | undefined {
  const undoUntil = (versions?.former ?? []).filter(({ deletedAt }) => deletedAt !== undefined).map(undoUntilMs);
  const times = [expiresAt, lease?.expiresAt, intent?.listedUntil]
    .map(timeOf)
    .concat(undoUntil)
    .filter((atMs) => atMs > nowMs);
  return times.length === 0 ? undefined : Math.min(...times);
}

function isMoving(record: JobRecord): boolean {
  const { lease, versions } = record;
  return isUnfinished(record) || lease !== undefined || (versions?.former ?? []).some((film) => film.deletedAt);
}
