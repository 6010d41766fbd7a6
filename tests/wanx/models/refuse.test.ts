import { describe, expect, it } from 'vitest';
import { findModel } from '#lib/wanx/models/find-model.ts';
import { oneOf, refuse, shown, takes } from '#lib/wanx/models/refuse.ts';

const model = findModel('wan2.7-t2v');
const refusal = (message: string) => expect.objectContaining({ code: 'invalid-input', stage: 'submitting', message });

it('a refusal has cost nothing', () => {
  expect(refuse('No.')).toMatchObject({ code: 'invalid-input', stage: 'submitting', billable: 'no' });
});

it.each([
  ['x', '"x"'],
  [5, '5'],
  [null, 'null'],
  [undefined, 'undefined'],
  [['s3cret'], 'of a list'],
  [{ toString: undefined }, 'of an object'],
  ['y'.repeat(100), `"${'y'.repeat(79)}…`],
])('%j is shown as %s', (value, text) => {
  expect(shown(value)).toBe(text);
});

describe('an option', () => {
  it('that is one of a few is taken, or refused with those', () => {
    expect(oneOf('ratio', '1:1', ['16:9', '1:1'], model)).toBe('1:1');
    expect(() => oneOf('ratio', '2:1', ['16:9', '1:1'], model)).toThrow(
      refusal('ratio "2:1" is not supported by wan2.7-t2v. Allowed: 16:9, 1:1.'),
    );
  });

  it('that the model does not have may be left out, and not be given', () => {
    expect([takes(model, 'seed', 5), takes(model, 'template', undefined)]).toEqual([true, false]);
    expect(() => takes(model, 'template', 'hug')).toThrow(
      refusal('template "hug" is not supported by wan2.7-t2v. Leave it out.'),
    );
  });
});
