import { describe, expect, it } from 'vitest';
import { checkedPageId, valuesOf } from '#lib/notion/values/update-values.ts';

describe('what an update records', () => {
  it.each<[string, Parameters<typeof valuesOf>[0], object]>([
    [
      'plain values',
      { status: 'Done', n: 4, yes: true, error: null },
      { status: 'Done', n: 4, yes: true, error: null },
    ],
    ['a time in UTC', { at: new Date(0) }, { at: '1970-01-01T00:00:00.000Z' }],
    ['nothing of what is left out', { status: undefined }, {}],
    ['no field that goes nowhere', { off: 'x', status: 'a' }, { status: 'a' }],
    ['an error without secrets', { error: 'at https://a.example/b?sig=secret' }, { error: 'at https://a.example/b?…' }],
    ['a link as it is', { videoUrl: 'https://a.example/b?sig=s' }, { videoUrl: 'https://a.example/b?sig=s' }],
  ])('is %s', (_what, update, expected) => {
    const values = valuesOf(update, { off: false });
    expect(Object.fromEntries(Object.entries(values).map(([field, { value }]) => [field, value]))).toEqual(expected);
  });

  it('has the target of a field, for a process that does not know it', () => {
    expect(valuesOf({ a: 1, b: 2 }, { a: { name: 'A' } })).toEqual({
      a: { value: 1, target: { name: 'A' } },
      b: { value: 2 },
    });
  });

  it.each([
    { status: Number.NaN },
    { status: Number.POSITIVE_INFINITY },
    { status: {} },
    { status: new Date('never') },
    { 'a b': 1 },
    { '1a': 1 },
    { [`a${'x'.repeat(64)}`]: 1 },
  ])('is refused with the name of the field: %o', (update) => {
    const [field = ''] = Object.keys(update);
    expect(() => valuesOf(update as never, {})).toThrow(
      expect.objectContaining({ code: 'invalid-input', message: expect.stringContaining(JSON.stringify(field)) }),
    );
  });
});

it.each([
  [' page-1 ', 'page-1'],
  ['x'.repeat(500), 'x'.repeat(500)],
  ['', undefined],
  ['  ', undefined],
  ['x'.repeat(501), undefined],
  [7, undefined],
])('a page id %s', (given, id) => {
  if (id !== undefined) expect(checkedPageId(given)).toBe(id);
  else expect(() => checkedPageId(given)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
});
