import type { Entries, Placed } from '../sql/rows.ts';
import { toStorable, toStorableName } from '../sql/storable-text.server.ts';

/** What has to be written of lists and totals. */
export function entryStatements(part: string, { places, totals }: Entries): Array<[string, unknown[]]> {
  const statements: Array<[string, unknown[]]> = [];
  const these = 'select * from unnest($2::text[], $3::float8[], $4::text[])';
  if (places.gone.length > 0) {
    const sql = `delete from reelkeep_places where part = $1 and (list, place, key) in (${these})`;
    statements.push([sql, [part, ...columnsOf(places.gone)]]);
  }
  if (places.come.length > 0) {
    const sql = `insert into reelkeep_places (part, list, place, key)
      select $1, come.* from (${these}) as come on conflict do nothing`;
    statements.push([sql, [part, ...columnsOf(places.come)]]);
  }
  return [...statements, ...addToTotals(part, totals)];
}

function columnsOf(places: readonly Placed[]): [lists: string[], positions: number[], keys: string[]] {
  return [
    places.map(({ list }) => toStorableName(list)),
    places.map(({ at }) => at),
    places.map(({ key }) => toStorable(key)),
  ];
}

function addToTotals(part: string, totals: ReadonlyMap<string, bigint>): Array<[string, unknown[]]> {
  if (totals.size === 0) return [];
  const names = [...totals.keys()].map(toStorableName);
  const amounts = [...totals.values()].map(String);
  return [
    [
      `insert into reelkeep_totals as t (part, name, amount) select $1, * from unnest($2::text[], $3::numeric[])
       on conflict (part, name) do update set amount = t.amount + excluded.amount`,
      [part, names, amounts],
    ],
    ['delete from reelkeep_totals where part = $1 and name = any($2::text[]) and amount = 0', [part, names]],
  ];
}
