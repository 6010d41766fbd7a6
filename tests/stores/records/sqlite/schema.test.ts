import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { APPLICATION_ID, MIGRATIONS } from '#lib/stores/records/sqlite/schema.ts';

function database() {
  const made = new DatabaseSync(':memory:');
  onTestFinished(() => made.close());
  for (const sql of MIGRATIONS) made.exec(sql);
  return made;
}

describe('the schema of an SQLite database', () => {
  it('says whose it is, as text', () => {
    expect(Buffer.from(APPLICATION_ID.toString(16), 'hex').toString()).toBe('Reel');
  });

  it.each([
    ['part = ? and is_unfinished = 1 order by key', 'reelkeep_records_unfinished'],
    ['part = ? and due_ms < 5', 'reelkeep_records_due'],
    ['part = ? and revision > 5', 'reelkeep_records_revision'],
    ['part = ? and sequence > 5 order by sequence', 'reelkeep_records_sequence'],
  ])('reads no more records than it has to: where %s', (where, index) => {
    const plan = database().prepare(`explain query plan select key from reelkeep_records where ${where}`).all('p');
    expect(plan.map(({ detail }) => detail)).toEqual([expect.stringMatching(`^SEARCH .* ${index}\\b`)]);
  });

  it('reads a page of a list without looking at the others, nor sorting', () => {
    const page = 'part = ? and list = ? and (place, key) > (5, ?) order by place, key limit 9';
    const plan = database()
      .prepare(`explain query plan select key from reelkeep_places where ${page}`)
      .all('p', 'l', 'k');
    expect(plan.map(({ detail }) => detail)).toEqual([expect.stringMatching(/^SEARCH .* PRIMARY KEY/)]);
  });

  it('refuses a value of another type, which SQLite would otherwise keep', () => {
    const insert = database().prepare('insert into reelkeep_parts (name, id, records) values (?, ?, ?)');
    expect(() => insert.run('p', 'id', 'many')).toThrow(/INTEGER/);
  });
});
