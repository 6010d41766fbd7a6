import { describe, expect, it } from 'vitest';
import { MIGRATIONS, OLDEST_COMPATIBLE } from '#lib/stores/records/postgres/schema.ts';
import { MIGRATIONS as SQLITE_MIGRATIONS } from '#lib/stores/records/sqlite/schema.ts';

/** The columns of each table, as `name type` and what follows, from the statements that make them. */
function tablesOf(migrations: readonly string[]): Record<string, string[]> {
  const tables = migrations.join('').matchAll(/create table (\w+) \(([^;]*)\)[^;)]*;/g);
  return Object.fromEntries(
    Array.from(tables, ([, name, body = '']) => [
      name,
      body
        .split(/,\n/)
        .map((line) => line.trim())
        .filter((line) => !line.startsWith('primary key')),
    ]),
  );
}
const namesOf = (migrations: readonly string[]) =>
  Object.entries(tablesOf(migrations)).map(([name, columns]) => [name, columns.map((line) => line.split(' ')[0])]);

describe('the schema of a PostgreSQL database', () => {
  it('has the tables and columns of that of SQLite: a move copies one into the other', () => {
    expect(namesOf(MIGRATIONS)).toHaveLength(7);
    expect(namesOf(MIGRATIONS)).toEqual(namesOf(SQLITE_MIGRATIONS));
  });

  it('compares every text that is part of a key by its bytes', () => {
    const keys = Object.values(tablesOf(MIGRATIONS))
      .flat()
      .filter((line) => /^(part|key|claim|task_id|list|name) /.test(line));
    expect(keys.length).toBe(16);
    expect(keys.every((line) => line.includes('text collate "C"'))).toBe(true);
  });

  it('is one that its own version can use', () => {
    expect(OLDEST_COMPATIBLE).toBeLessThanOrEqual(MIGRATIONS.length);
  });
});
