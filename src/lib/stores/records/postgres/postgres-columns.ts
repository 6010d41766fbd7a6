import type { PartRow, StoredRow } from '../sql/rows.ts';
import { fromStorable } from '../sql/storable-text.server.ts';

/** As a driver gives it. */
type Row = Record<string, unknown>;

/** A statement, and its values. */
export type Statement = readonly [sql: string, values: unknown[]];

/** What `partRow` reads. */
export const PART = 'p.id, p.revision as part_revision, p.records, p.transfer, p.mark, p.lists';
/** What `storedRow` reads. */
export const RECORD = 'r.key, r.revision, r.sequence, r.content';

/** @returns undefined: nothing was ever stored */
export function partRow(row: Row | undefined): PartRow | undefined {
  if (!row) return undefined;
  return {
    id: String(row.id),
    revision: Number(row.part_revision),
    records: Number(row.records),
    transfer: typeof row.transfer === 'string' ? row.transfer : undefined,
    mark: typeof row.mark === 'string' ? row.mark : undefined,
    lists: typeof row.lists === 'string' ? row.lists : undefined,
  };
}

/** The records among rows of a part. */
export function storedRows(rows: readonly Row[]): StoredRow[] {
  return rows.filter(({ key }) => typeof key === 'string').map(storedRow);
}

export function keysOf(rows: readonly Row[]): string[] {
  return rows.flatMap(({ key }) => (typeof key === 'string' ? [fromStorable(key)] : []));
}

function storedRow({ key, revision, sequence, content }: Row): StoredRow {
  return {
    key: fromStorable(String(key)),
    revision: Number(revision),
    sequence: Number(sequence),
    content: String(content),
  };
}
