import { describe, expect, it } from 'vitest';
import type { PostgresConnection, Row } from '#lib/stores/records/postgres/postgres-access.ts';
import { keysOf, partRow, storedRows } from '#lib/stores/records/postgres/postgres-columns.ts';
import { load, lockPart, selectPage, selectRecord } from '#lib/stores/records/postgres/postgres-rows.ts';
import { write } from '#lib/stores/records/postgres/postgres-writes.ts';
import { type Change, writesOf } from '#lib/stores/records/sql/writes.ts';
import { type Counter, counterFormat } from '../../../fixtures/records/counters.ts';

const OWN = {
  id: 'part-id',
  revision: 4,
  records: 3,
  lastSequence: 7,
  transfer: undefined,
  mark: undefined,
  lists: undefined,
};
const counter = (id: string, fields: Partial<Counter> = {}): Counter => ({ id, count: 0, ...fields });

/** A connection that answers the statements with these rows in turn. The statements themselves run against a real server. */
function connection(...answers: Row[][]) {
  const sent: Array<{ sql: string; values: unknown[] }> = [];
  const query: PostgresConnection['query'] = async (sql, values = []) => {
    sent.push({ sql, values });
    return answers[sent.length - 1] ?? [];
  };
  return { query, sent };
}
const change = (part: Partial<Change<Counter>> & { key: string }): Change<Counter> => ({
  ...{ before: undefined, after: undefined, isAnew: false },
  ...part,
});

describe('what is asked of PostgreSQL', () => {
  it.each(["p'; drop table x; --", '', 'Counters', '1', 'a b', 'a\n'])('locks no part by the name %j', (part) => {
    expect(() => lockPart(part)).toThrow('not a name of a part');
  });

  it('has every text of a caller for a value, and none in the statement', () => {
    const evil = "x'); drop table y; --";
    const page = { after: evil, taskId: evil, unfinished: true as const, dueBeforeMs: 5 };
    for (const [sql, values] of [selectRecord('part', evil), selectPage('part', page, 9)]) {
      expect(sql).not.toContain('drop');
      expect(values).toContain(evil);
      // As many places as values.
      const places = Array.from(sql.matchAll(/\$(\d+)/g), ([, place]) => Number(place));
      expect(new Set(places)).toEqual(new Set(values.map((_, index) => index + 1)));
    }
  });

  it('is no text that PostgreSQL refuses', () => {
    const [, values] = selectRecord('part', 'a\u0000\ud83d');
    expect(String(values[1])).not.toContain('\u0000');
    expect(String(values[1]).isWellFormed()).toBe(true);
  });
});

describe('rows of PostgreSQL', () => {
  it('are numbers and records, though it sends bigint as text', () => {
    const row = { id: 'x', part_revision: '12', records: '3', transfer: null, mark: '{}' };
    expect(partRow(row)).toEqual({ id: 'x', revision: 12, records: 3, transfer: undefined, mark: '{}' });
    expect(partRow(undefined)).toBeUndefined();
    const [none, one] = [
      { ...row, key: null },
      { ...row, key: '\u0001\u0001', revision: '5', sequence: '6', content: '{}' },
    ];
    expect(storedRows([none, one])).toEqual([{ key: '\u0000', revision: 5, sequence: 6, content: '{}' }]);
    expect(keysOf([none, one])).toEqual(['\u0000']);
  });

  it('are loaded with holders and totals by the names that were asked for, however they are stored', async () => {
    const long = 'x'.repeat(600);
    const { sent, query } = connection(
      [{ key: 'a', revision: '2', sequence: '1', content: '{"id":"a","count":1}' }],
      [{ now_ms: '1764374400000.9', holders: [], totals: [] }],
    );
    const needs = { keys: ['a', 'b'], claims: [long, 'free'], totals: ['monday', 'none'] };
    const recordOf = ({ content }: { content: string }) => JSON.parse(content);
    const first = await load({ query }, 'part', OWN, needs, recordOf);
    expect(first).toEqual({
      nowMs: 1_764_374_400_000,
      loaded: {
        records: new Map([['a', { id: 'a', count: 1 }]]),
        holders: new Map([
          [long, []],
          ['free', []],
        ]),
        totals: new Map([
          ['monday', 0n],
          ['none', 0n],
        ]),
        others: 2,
      },
    });
    const stored = Array.of(sent[1]?.values[1]).flat()[0];
    const answer = {
      now_ms: '1',
      holders: [
        [stored, 'a'],
        [stored, 'b'],
      ],
      totals: [['monday', '9007199254740993']],
    };
    const { loaded } = await load(connection([], [answer]), 'part', OWN, needs, recordOf);
    expect([loaded.holders.get(long), loaded.totals.get('monday')]).toEqual([['a', 'b'], 9_007_199_254_740_993n]);
  });
});

describe('writing to PostgreSQL', () => {
  const send = async (...changes: Array<Change<Counter>>) => {
    const { query, sent } = connection();
    const revision = await write({ query }, 'part', OWN, writesOf(counterFormat, changes), counterFormat);
    return { revision, sent };
  };

  it('takes one statement for each table that has something to write, for any number of records', async () => {
    const changes = Array.from({ length: 100 }, (_, index) =>
      change({ key: `k${index}`, after: counter(`k${index}`) }),
    );
    const { revision, sent } = await send(...changes);
    expect([revision, sent.map(({ sql }) => sql.match(/(insert into|update|delete from) (\w+)/)?.[0])]).toEqual([
      5,
      ['update reelkeep_parts', 'insert into reelkeep_records', 'delete from reelkeep_deleted'],
    ]);
    expect(sent[0]?.values).toEqual(['part', 5, 107, 103, '1']);
    expect(sent[1]?.values[3]).toEqual(Array.from({ length: 100 }, (_, index) => 8 + index));
  });

  it('tells new records from changed ones, which keep their place', async () => {
    const { sent } = await send(
      change({ key: 'a', before: counter('a'), after: counter('a', { open: true, dueMs: Number.NaN }) }),
      change({ key: 'b\u0000', after: counter('b\u0000') }),
    );
    const [, , keys, , unfinished, due, contents, anew] = sent[1]?.values ?? [];
    expect([keys, unfinished, due, anew]).toEqual([
      ['a', 'b\u0001\u0001'],
      [true, false],
      [null, null],
      ['b\u0001\u0001'],
    ]);
    expect(contents).toEqual([expect.stringContaining('"open":true'), '{"id":"b\\u0000","count":0}']);
  });

  it('deletes records with their claims, tasks and amounts', async () => {
    const before = counter('a', { file: 'film', tasks: ['t'], cents: { monday: 5 } });
    const { sent } = await send(change({ key: 'a', before }));
    expect(sent.map(({ values }) => values.slice(1))).toEqual([
      [5, 7, 2, '1'],
      [['a']],
      [['a'], 5],
      [['film'], ['a']],
      [['t'], ['a']],
      [['monday'], ['-5']],
      [['monday']],
    ]);
  });
});
