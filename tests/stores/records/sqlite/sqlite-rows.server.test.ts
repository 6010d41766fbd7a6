import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type Change, writesOf } from '#lib/stores/records/sql/writes.ts';
import { MIGRATIONS } from '#lib/stores/records/sqlite/schema.ts';
import type { SqliteConnection } from '#lib/stores/records/sqlite/sqlite-connection.ts';
import { readTotal } from '#lib/stores/records/sqlite/sqlite-entries.server.ts';
import {
  createPart,
  findPage,
  load,
  readChanged,
  readChangedKeys,
  readPart,
  readRecord,
  write,
  writeMarkRow,
} from '#lib/stores/records/sqlite/sqlite-rows.server.ts';
import { type Counter, counterFormat } from '../../../fixtures/records/counters.ts';

let file: SqliteConnection;
const PART = 'counters';
const counter = (id: string, fields: Partial<Counter> = {}): Counter => ({ id, count: 0, ...fields });

beforeEach(() => {
  const database = new DatabaseSync(':memory:');
  onTestFinished(() => database.close());
  for (const sql of MIGRATIONS) database.exec(sql);
  file = {
    all: (sql, ...values) => database.prepare(sql).all(...values),
    get: (sql, ...values) => database.prepare(sql).get(...values),
    run: (sql, ...values) => void database.prepare(sql).run(...values),
  };
  for (const part of [PART, 'others']) createPart(file, part, `id of ${part}`);
});

function put(...changes: Array<Partial<Change<Counter>> & { key: string }>): number {
  const whole = changes.map((change) => ({ before: undefined, after: undefined, isAnew: false, ...change }));
  return write(file, PART, writesOf(counterFormat, whole), counterFormat);
}
const add = (...counters: Counter[]) => put(...counters.map((after) => ({ key: after.id, after })));
const keysOf = (rows: ReadonlyArray<{ key: string }>) => rows.map(({ key }) => key);

describe('the rows of a part', () => {
  it('are none of a part that was never stored; making it twice keeps the first', () => {
    createPart(file, PART, 'another id');
    expect(readPart(file, 'unknown')).toBeUndefined();
    expect(readPart(file, PART)).toEqual({
      ...{ id: 'id of counters', revision: 0, records: 0 },
      ...{ transfer: undefined, mark: undefined, lists: undefined },
    });
    writeMarkRow(file, PART, '{}');
    expect([readPart(file, PART)?.mark, readPart(file, 'others')?.mark]).toEqual(['{}', undefined]);
  });

  it('are numbered on, from write to write, in the order in which keys were first stored', () => {
    expect([add(counter('b'), counter('a')), add(counter('c'))]).toEqual([1, 2]);
    const [a, b] = [counter('a'), counter('b')];
    put({ key: 'a', before: a, after: counter('a', { count: 5 }) }, { key: 'b', before: b, after: b, isAnew: true });
    expect(readChanged(file, PART, 0).map(({ key, revision }) => [key, revision])).toEqual([
      ['a', 3],
      ['c', 2],
      ['b', 3],
    ]);
    expect(readPart(file, PART)).toMatchObject({ revision: 3, records: 3 });
  });

  it('tell what was deleted, until it is stored again', () => {
    add(counter('a'), counter('b'));
    put({ key: 'a', before: counter('a') });
    expect(readChangedKeys(file, PART, 1)).toEqual({ changed: [], deleted: ['a'] });
    expect([readRecord(file, PART, 'a'), readPart(file, PART)?.records]).toEqual([undefined, 1]);
    add(counter('a'));
    expect(readChangedKeys(file, PART, 1)).toEqual({ changed: ['a'], deleted: [] });
  });

  it('are no other part’s', () => {
    add(counter('a', { cents: { monday: 5 }, file: 'film', tasks: ['t'] }));
    expect([readRecord(file, 'others', 'a'), readTotal(file, 'others', 'monday')]).toEqual([undefined, 0n]);
    expect([findPage(file, 'others', {}, 9), findPage(file, 'others', { taskId: 't' }, 9)]).toEqual([[], []]);
    const needs = { keys: ['a'], claims: ['film'], totals: [] };
    const others = readPart(file, 'others');
    if (!others) throw new Error('not made');
    expect(load(file, 'others', others, needs, Object).holders.get('film')).toEqual([]);
  });

  it('have a total beyond what numbers and SQLite’s integers hold', () => {
    const cents = { monday: Number.MAX_SAFE_INTEGER };
    const counters = Array.from({ length: 2000 }, (_, index) => counter(`k${index}`, { cents }));
    add(...counters);
    expect(readTotal(file, PART, 'monday')).toBe(2000n * BigInt(Number.MAX_SAFE_INTEGER));
    put(...counters.map((before) => ({ key: before.id, before })));
    expect([readTotal(file, PART, 'monday'), file.all('select * from reelkeep_totals')]).toEqual([0n, []]);
  });

  it('are loaded with what updates need to know, and the number of those beside them', () => {
    add(counter('a', { file: 'film', cents: { monday: 5 } }), counter('b', { file: 'film' }), counter('c'));
    const own = readPart(file, PART);
    if (!own) throw new Error('not made');
    const needs = { keys: ['b', 'new'], claims: ['film', 'free'], totals: ['monday', 'none'] };
    expect(load(file, PART, own, needs, ({ content }) => JSON.parse(content))).toEqual({
      records: new Map([['b', counter('b', { file: 'film' })]]),
      holders: new Map<string, string[]>([
        ['film', ['a', 'b']],
        ['free', []],
      ]),
      totals: new Map([
        ['monday', 5n],
        ['none', 0n],
      ]),
      others: 2,
    });
  });

  it('are found by what is asked, in pages', () => {
    add(
      ...[counter('c', { open: true, dueMs: 5 }), counter('a', { open: true, dueMs: Number.NaN }), counter('b\u0000')],
      counter('d', { dueMs: 5, tasks: ['t'] }),
    );
    const found = (query: object, limit = 9) => keysOf(findPage(file, PART, query, limit));
    expect([found({}), found({}, 2), found({ after: 'b' })]).toEqual([
      ['a', 'b\u0000', 'c', 'd'],
      ['a', 'b\u0000'],
      ['b\u0000', 'c', 'd'],
    ]);
    expect([found({ unfinished: true }), found({ dueBeforeMs: 6 }), found({ dueBeforeMs: 5 })]).toEqual([
      ['a', 'c'],
      ['c', 'd'],
      [],
    ]);
    expect(found({ taskId: 't', unfinished: true })).toEqual([]);
    expect(found({ taskId: 't' })).toEqual(['d']);
  });
});
