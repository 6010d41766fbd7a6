import { spendingTotalsOf } from '#lib/jobs/spending/day-totals.ts';
import type { RecordFormat } from '#lib/stores/records/record-store.ts';
import type { JobRecord } from './job-record.ts';
import { isUnfinished } from './state.ts';

type OwnFormat<R> = Pick<RecordFormat<R>, 'schema' | 'keyOf'> &
  Partial<Pick<RecordFormat<R>, 'claimsOf' | 'totalsOf' | 'lists'>>;

/**
 * What a store must know about a provider's records: what the engine needs for all of them, and the provider's `own`.
 */
export function jobRecordFormat<R extends JobRecord>(own: OwnFormat<R>): RecordFormat<R> {
  return {
    schema: own.schema,
    keyOf: own.keyOf,
    claimsOf: (record) => [...taskIdsOf(record).map(taskClaim), ...(own.claimsOf?.(record) ?? [])],
    totalsOf: (record) => ({ ...spendingTotalsOf(record), ...own.totalsOf?.(record) }),
    isUnfinished,
    dueMs: (record) => (isUnfinished(record) ? Date.parse(record.retries?.nextAt ?? record.createdAt) : undefined),
    taskIdsOf,
    ...(own.lists && { lists: own.lists }),
  };
}

/** One task is one record's. */
export function taskClaim(taskId: string): string {
  return `task:${taskId}`;
}

/** Of the current submission and of earlier ones. */
export function taskIdsOf({ taskId, history = [] }: JobRecord): string[] {
  return [taskId, ...history.map((past) => past.taskId)].filter((id) => id !== undefined);
}
