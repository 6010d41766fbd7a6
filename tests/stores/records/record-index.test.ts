import { describe, expect, it } from 'vitest';
import { RecordIndex } from '#lib/stores/records/record-index.ts';
import { RecordTable } from '#lib/stores/records/record-table.ts';
import { type Counter, counterFormat } from '../../fixtures/records/counters.ts';

const counter = (id: string, fields: Partial<Counter> = {}): Counter => ({ id, count: 0, ...fields });
const needs = { claims: ['film'], totals: ['monday'] };

function indexOf(...counters: Counter[]) {
  const table = new RecordTable<Counter>(counters.map((record) => [record.id, { record }]));
  const index = new RecordIndex<Counter>(counterFormat);
  index.follow(table);
  return { index, table, ownerFor: (key: string) => index.stepOf(table, key, 0, needs).ownerOf('film') };
}

describe('a record index', () => {
  it('knows the owner of a claim, another one first where two have it', () => {
    const { index, ownerFor } = indexOf(counter('a', { file: 'film' }), counter('b', { file: 'film' }));
    expect(['a', 'b', 'c'].map(ownerFor)).toEqual(['b', 'a', 'a']);
    index.replace('a', counter('a', { file: 'film' }), undefined);
    expect(['a', 'b'].map(ownerFor)).toEqual(['b', 'b']);
  });

  it('adds exactly what numbers would round', () => {
    const huge = 2 ** 53;
    const { index } = indexOf(counter('a', { cents: { monday: huge } }), counter('b', { cents: { monday: 1 } }));
    index.replace('a', counter('a', { cents: { monday: huge } }), undefined);
    expect([index.total('monday'), index.total('tuesday')]).toEqual([1, 0]);
  });

  it('refuses an amount that is not whole, and counts nothing of its record', () => {
    const { index, ownerFor } = indexOf();
    for (const monday of [0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      const record = counter('a', { file: 'film', cents: { friday: 1, monday } });
      expect(() => index.replace('a', undefined, record)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    }
    expect([ownerFor('a'), index.total('friday')]).toEqual([undefined, 0]);
  });

  it('follows a table that another process has written', () => {
    const { index, table } = indexOf(counter('a', { cents: { monday: 5 } }), counter('b', { cents: { monday: 7 } }));
    const next = table.copy();
    next.delete('a');
    next.set('c', counter('c', { cents: { monday: 100 } }));
    index.follow(next);
    expect(index.total('monday')).toBe(107);
  });

  it('counts again from the table itself after a trial that came to nothing', () => {
    const { index, table } = indexOf(counter('a', { cents: { monday: 5 } }));
    const trial = index.trialOf(table);
    const added = counter('b', { cents: { monday: 50 } });
    index.replace('b', undefined, added);
    trial.set('b', added);
    expect(index.total('monday')).toBe(55);
    index.follow(table);
    expect(index.total('monday')).toBe(5);
  });

  it('begins with what a database says of the records that are not here', () => {
    const known = { holders: new Map([['film', ['far']]]), totals: new Map([['monday', 9n]]), others: 1 };
    const index = new RecordIndex<Counter>(counterFormat, known);
    const step = index.stepOf(new RecordTable<Counter>(), 'a', 3, needs);
    expect([step.ownerOf('film'), step.total('monday'), step.isEmpty, step.nowMs]).toEqual(['far', 9, false, 3]);
  });

  it('answers only for what an update has named', () => {
    const { index, table } = indexOf();
    const step = index.stepOf(table, 'a', 0);
    expect(step.isEmpty).toBe(true);
    expect(() => step.ownerOf('film')).toThrow(/claim film is not among the needs/);
    expect(() => step.total('monday')).toThrow(/total monday is not among the needs/);
  });
});
