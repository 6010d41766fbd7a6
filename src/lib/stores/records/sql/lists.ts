import type { RecordFormat } from '../record-store.ts';
import type { PartRow } from './rows.ts';

/**
 * The stamp of a part whose lists and totals are those of its format; undefined if they are up to date. They are not
 * after a change of the format, nor after a write by an older version, which keeps no lists.
 */
export function stampToBuild<R>({ lists }: RecordFormat<R>, { revision, lists: stamp }: PartRow): string | undefined {
  // The statements that write records make the stamp of the next revision.
  const expected = lists && `${lists.version}:${revision}`;
  return revision === 0 || stamp === expected ? undefined : expected;
}
