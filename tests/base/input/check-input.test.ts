import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkInput, input } from '#lib/base/input/check-input.ts';

const schema = input.options({
  limitMs: input.timeMs.optional(),
  quiet: input.flag.optional(),
  deep: z.object({ list: z.array(z.string('must be text')) }).optional(),
});
const check = (value: unknown, label = 'options') => checkInput(schema, label, value, 'submitting');

describe('options', () => {
  it('that are right are given back, with what is not known here', () => {
    expect(check({ limitMs: 5, unheard: 'of' })).toEqual({ limitMs: 5, unheard: 'of' });
  });

  it.each<[unknown, RegExp]>([
    [null, /^options must be an object of options; got null\.$/],
    ['x', /^options must be an object of options; got "x"/],
    [{ limitMs: -1 }, /^limitMs must be milliseconds, a number above 0; got -1\.$/],
    [{ quiet: 'yes' }, /^quiet must be true or false; got "yes"/],
    [{ deep: { list: ['a', 5] } }, /^deep\.list\.1 must be text; got 5\.$/],
  ])('%j are refused', (value, message) => {
    expect(() => check(value)).toThrow(
      expect.objectContaining({ code: 'invalid-input', stage: 'submitting', message: expect.stringMatching(message) }),
    );
  });

  it('that cannot be read are refused', () => {
    const hostile = new Proxy({}, { get: () => fail() });
    expect(() => check(hostile)).toThrow(/^options could not be read/);
  });

  it('that are only a part are named as such', () => {
    expect(() => check({ quiet: 1 }, 'filter')).toThrow('filter.quiet must be true or false');
  });
});

function fail(): never {
  throw new Error('this getter throws');
}
