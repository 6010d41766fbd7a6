import { describe, expect, it } from 'vitest';
import { checkFields, checkValue, rules, textLike } from '#lib/base/input/check-fields.ts';

const OBJECT = {
  label: 'options',
  text: 'must be an object of options',
  required: { url: rules.url },
  optional: { timeoutMs: rules.timeMs, tag: textLike(/^[a-z]+$/, 'must be small letters') },
};

describe('checkFields', () => {
  it.each([
    ['what is required', { url: 'x' }],
    ['what may be left out, and is given', { url: new URL('http://x.test'), timeoutMs: 5, tag: 'abc' }],
    ['what may be left out, as undefined', { url: 'x', timeoutMs: undefined }],
    ['fields that it does not know', { url: 'x', other: Symbol('any') }],
  ])('takes %s', (_name, value) => {
    expect(() => checkFields(OBJECT, value)).not.toThrow();
  });

  it.each([
    [null, 'options must be an object of options; got null.'],
    [[], 'options must be an object of options; got an array.'],
    ['x', 'options must be an object of options; got "x" (1 characters).'],
    [{}, 'url must be a URL, as text or URL object; got undefined.'],
    [{ url: 'x', timeoutMs: '5' }, 'timeoutMs must be milliseconds, a number above 0; got "5" (1 characters).'],
    [{ url: 'x', tag: 'A' }, 'tag must be small letters; got "A" (1 characters).'],
    [
      Object.defineProperty({}, 'url', { get: () => expect.unreachable() }),
      'options could not be read: give a plain object; got an object.',
    ],
  ])('refuses %j: %s', (value, message) => {
    expect(() => checkFields(OBJECT, value, 'downloading')).toThrow(
      expect.objectContaining({ code: 'invalid-input', stage: 'downloading', message }),
    );
  });

  it('names a field with its object, and shows no secret', () => {
    const headers = { label: 'headers', text: 'must be an object', optional: { authorization: rules.text } };
    const message = 'headers.authorization must be text; got object.';
    expect(() => checkFields(headers, { authorization: ['s3cret'] })).toThrow(expect.objectContaining({ message }));
  });
});

describe('a rule', () => {
  it.each([
    ['a time without end', rules.timeMs, Number.POSITIVE_INFINITY, true],
    ['no time at all', rules.timeMs, 0, false],
    ['no waiting', rules.atLeastZeroMs, 0, true],
    ['not a number', rules.bytes, Number.NaN, false],
    ['a date that is none', rules.date, new Date(Number.NaN), false],
    ['truthiness', rules.flag, 'false', false],
  ])('%s', (_name, rule, value, holds) => {
    const check = () => checkValue(rule, 'it', value);
    if (holds) expect(check).not.toThrow();
    else expect(check).toThrow('it must be ');
  });
});
