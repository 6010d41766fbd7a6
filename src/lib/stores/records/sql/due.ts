import type { RecordFormat } from '../record-store.ts';

/** When a record is due, as a database keeps it. A date that cannot be read is never due. */
export function dueMsOf<R>(record: R, format: RecordFormat<R>): number | null {
  const dueMs = format.dueMs(record);
  return dueMs === undefined || Number.isNaN(dueMs) ? null : dueMs;
}
