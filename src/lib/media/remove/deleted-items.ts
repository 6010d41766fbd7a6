import type { MediaRecord } from '#lib/media/items/record.ts';

/** So long a deletion can be undone. */
export const UNDO_MS = 24 * 3_600_000;

/** An item that was deleted by itself. */
export interface DeletedItem {
  id: string;
  name: string;
  fileSize: number;
  /** Until then, in ms since the epoch, `restoreMediaItem` brings it back. */
  deletedUntilMs: number;
}

/** Of these records, the item that was deleted last first. */
export function deletedAmong(records: readonly MediaRecord[], nowMs: number): DeletedItem[] {
  const found = records.flatMap((record) => {
    const deletedUntilMs = deletedUntil(record, nowMs);
    const { id, name, fileSize } = record;
    return deletedUntilMs === undefined ? [] : [{ id, name, fileSize, deletedUntilMs }];
  });
  return found.sort((one, other) => other.deletedUntilMs - one.deletedUntilMs);
}

/** Undefined where it was not deleted by itself, or cannot be brought back any more. */
export function deletedUntil({ deletedAt, trashedIn }: MediaRecord, nowMs: number): number | undefined {
  if (deletedAt === undefined || trashedIn === undefined) return undefined;
  const untilMs = Date.parse(deletedAt) + UNDO_MS;
  return untilMs > nowMs ? untilMs : undefined;
}
