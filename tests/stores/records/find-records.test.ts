import { expect, it } from 'vitest';
import { findRecords } from '#lib/stores/records/find-records.ts';
import type { RecordQuery } from '#lib/stores/records/record-store.ts';
import { RecordTable } from '#lib/stores/records/record-table.ts';
import { type Counter, counterFormat } from '../../fixtures/records/counters.ts';

const COUNTERS: Counter[] = [
  { id: 'late', count: 0, open: true, dueMs: 300, tasks: ['t-0', 't-1'] },
  { id: 'early', count: 0, open: true, dueMs: 100, tasks: ['t-1'] },
  { id: 'never', count: 0, dueMs: Number.NaN },
  { id: 'Closed', count: 0, dueMs: 50 },
];
const table = () => new RecordTable<Counter>(COUNTERS.map((record) => [record.id, { record: { ...record } }]));

it.each<[string, RecordQuery, string[]]>([
  ['everything, by its key', {}, ['Closed', 'early', 'late', 'never']],
  [
    'what is due, never what has no readable date',
    { dueBeforeMs: Number.POSITIVE_INFINITY },
    ['Closed', 'early', 'late'],
  ],
  ['nothing that is due just then', { dueBeforeMs: 50 }, []],
  ['what fits every condition', { unfinished: true, taskId: 't-1', dueBeforeMs: 200 }, ['early']],
  ['what comes after a key that is not there', { after: 'f' }, ['late', 'never']],
  ['no more than asked for, of what fits', { unfinished: true, limit: 1 }, ['early']],
  ['nothing, if asked for none', { limit: 0 }, []],
])('findRecords gives %s', (_what, query, ids) => {
  expect(Array.from(findRecords(table(), counterFormat, query), ({ id }) => id)).toEqual(ids);
});

it('findRecords freezes what it gives, and leaves the others for later', () => {
  const counters = table();
  for (const found of findRecords(counters, counterFormat, { limit: 1 })) expect(Object.isFrozen(found)).toBe(true);
  expect(Object.isFrozen(counters.peek('never'))).toBe(false);
});

it('findRecords leaves out a record that is deleted while the others are read', () => {
  const counters = table();
  const seen: string[] = [];
  for (const { id } of findRecords(counters, counterFormat, {})) {
    seen.push(id);
    counters.delete('late');
  }
  expect(seen).toEqual(['Closed', 'early', 'never']);
});
