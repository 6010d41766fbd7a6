import { describe, expect, it } from 'vitest';
import { readRow } from '#lib/stores/records/sql/read-row.ts';
import { counterFormat } from '../../../fixtures/records/counters.ts';

const read = (text: string, key = 'rome') =>
  readRow(text, key, 'the records of counters in sqlite:/x.db', counterFormat);

describe('readRow', () => {
  it('gives the record, frozen, with its unknown fields and the digits of its numbers', () => {
    const text = '{"id":"rome","count":1,"nested":{"list":[11051210869376104954]}}';
    const record = read(text);
    expect([Object.isFrozen(record), Object.isFrozen(record.nested)]).toEqual([true, true]);
    expect(JSON.stringify(record)).toBe(text);
  });

  it.each([
    ['{"id":"rome","count":', 'its text is not valid JSON'],
    ['', 'its text is not valid JSON'],
    ['{"id":"rome","count":"1","url":"s3cret"}', '.count: Invalid input'],
    ['["s3cret"]', 'Invalid input'],
  ])('refuses %j with the name of its place, and does not quote it', (text, why) => {
    const message = expect.stringMatching(
      /^The record "rome" of the records of counters in sqlite:\/x\.db cannot be used/,
    );
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'store-corrupt', message }));
    expect(() => read(text)).toThrow(why);
    expect(() => read(text)).not.toThrow('s3cret');
  });

  it('names a key of any length in one line', () => {
    expect(() => read('', `${'k'.repeat(500)}\n`)).toThrow(/"k{80}" of/);
  });
});
