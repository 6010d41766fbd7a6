import type { Entries } from '../sql/rows.ts';
import { endOfPrefix, fromStorable, toStorable, toStorableName } from '../sql/storable-text.server.ts';
import type { SqliteConnection } from './sqlite-connection.ts';

export function readTotal(file: SqliteConnection, part: string, name: string): bigint {
  const sql = 'select amount from reelkeep_totals where part = ? and name = ?';
  return BigInt(String(file.get(sql, part, toStorableName(name))?.amount ?? 0));
}

/** The totals whose names begin with `prefix`. */
export function readTotals(file: SqliteConnection, part: string, prefix: string): Map<string, number> {
  const sql = 'select name, amount from reelkeep_totals where part = ? and name >= ? and name < ?';
  const rows = file.all(sql, part, toStorableName(prefix), endOfPrefix(toStorableName(prefix)));
  return new Map(rows.map(({ name, amount }) => [fromStorable(String(name)), Number(amount)]));
}

/** Writes what changes in lists and totals. */
export function writeEntries(file: SqliteConnection, part: string, { places, totals }: Entries): void {
  for (const { list, at, key } of places.gone) {
    file.run(
      'delete from reelkeep_places where part = ? and list = ? and place = ? and key = ?',
      ...[part, toStorableName(list), at, toStorable(key)],
    );
  }
  for (const { list, at, key } of places.come) {
    file.run(
      'insert into reelkeep_places (part, list, place, key) values (?, ?, ?, ?) on conflict do nothing',
      ...[part, toStorableName(list), at, toStorable(key)],
    );
  }
  for (const [name, amount] of totals) addToTotal(file, part, name, amount);
}

function addToTotal(file: SqliteConnection, part: string, name: string, amount: bigint): void {
  const sum = readTotal(file, part, name) + amount;
  const storable = toStorableName(name);
  if (sum === 0n) file.run('delete from reelkeep_totals where part = ? and name = ?', part, storable);
  else {
    file.run(
      `insert into reelkeep_totals (part, name, amount) values (?, ?, ?)
       on conflict (part, name) do update set amount = excluded.amount`,
      ...[part, storable, String(sum)],
    );
  }
}
