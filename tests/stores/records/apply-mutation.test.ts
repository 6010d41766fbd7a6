import { beforeEach, describe, expect, it } from 'vitest';
import { applyMutation } from '#lib/stores/records/apply-mutation.ts';
import { formatDocument, formatRecord } from '#lib/stores/records/json-document.ts';
import { RecordIndex } from '#lib/stores/records/record-index.ts';
import type { Mutation } from '#lib/stores/records/record-store.ts';
import { RecordTable } from '#lib/stores/records/record-table.ts';
import { type Counter, counterFormat, increment } from '../../fixtures/records/counters.ts';

let table: RecordTable<Counter>;
let index: RecordIndex<Counter>;
const apply = (key: string, mutate: Mutation<Counter>) =>
  applyMutation({ table, index, format: counterFormat }, { key, mutate, needs: { claims: ['film'] } }, 1);
const owner = () => index.stepOf(table, 'other', 1, { claims: ['film'] }).ownerOf('film');

beforeEach(() => {
  index = new RecordIndex(counterFormat);
  table = index.trialOf(new RecordTable<Counter>([['rome', { record: { id: 'rome', count: 1 } }]]));
});

describe('applyMutation', () => {
  it('stores a record, with its claims, and deletes it', () => {
    expect(apply('athens', () => ({ id: 'athens', count: 0, file: 'film' }))).toEqual(table.peek('athens'));
    expect(owner()).toBe('athens');
    expect(apply('athens', () => undefined)).toBeUndefined();
    expect([table.has('athens'), owner()]).toEqual([false, undefined]);
  });

  it.each<[string, string, Mutation<Counter>]>([
    ['the same object', 'rome', (current) => current],
    ['an equal one', 'rome', (current) => current && { ...current }],
    ['one that is equal once it is JSON', 'rome', (current) => current && { ...current, file: undefined }],
    ['nothing where nothing was', 'athens', () => undefined],
  ])('changes nothing for %s', (_what, key, mutate) => {
    const before = table.peek(key);
    expect(apply(key, mutate)).toBe(before);
    expect([table.peek(key), table.isChanged]).toEqual([before, false]);
  });

  it.each<[string, Counter]>([
    ['another number', { id: 'rome', count: 2 }],
    ['a field more', { id: 'rome', count: 1, file: 'film' }],
    ['a list more', { id: 'rome', count: 1, tasks: [] }],
    ['a field of a field that is another', { id: 'rome', count: 1, cents: { monday: 1 } }],
  ])('stores a record with %s, and one with less', (_what, next) => {
    const before = table.peek('rome');
    expect(apply('rome', () => next)).toEqual(next);
    expect(formatDocument(table)).toBe(`[\n  ${formatRecord(next)}\n]\n`);
    expect(apply('rome', () => before)).toEqual(before);
    expect(formatDocument(table)).toBe(`[\n  ${formatRecord(before)}\n]\n`);
  });

  it.each<[string, Mutation<Counter>]>([
    ['another key', () => ({ id: 'athens', count: 2, file: 'film' })],
    ['no record by the schema', () => ({ id: 'rome', count: Number.NaN, file: 'film' })],
    ['an amount that is not whole', () => ({ id: 'rome', count: 2, file: 'film', cents: { monday: 0.5 } })],
    ['a need that was not named', (_, { total }) => ({ id: 'rome', count: total('monday') })],
  ])('refuses %s, and leaves table and index as they were', (_what, mutate) => {
    expect(() => apply('rome', mutate)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
    expect([table.isChanged, table.get('rome'), owner()]).toEqual([false, { id: 'rome', count: 1 }, undefined]);
  });

  it('keeps a copy, so that the maker of a record cannot change it later', () => {
    const mine: Counter = { id: 'rome', count: 2, tasks: ['t'] };
    apply('rome', () => mine);
    mine.tasks?.push('spoilt');
    expect(apply('rome', increment('rome'))).toEqual({ id: 'rome', count: 3, tasks: ['t'] });
  });
});
