import type { StoredRow } from '../sql/rows.ts';
import { fromStorable } from '../sql/storable-text.server.ts';

/** As a driver gives it. */
type Row = Record<string, unknown>;

/** What `storedRow` reads. */
export const COLUMNS = 'key, revision, sequence, content';

export function storedRow({ key, revision, sequence, content }: Row): StoredRow {
  return {
    key: fromStorable(String(key)),
    revision: Number(revision),
    sequence: Number(sequence),
    content: String(content),
  };
}
