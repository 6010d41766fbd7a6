import { describe, expect, it } from 'vitest';
import { compareKeys } from '#lib/stores/records/key-order.ts';
import {
  fromStorable,
  requireStorable,
  toStorable,
  toStorableName,
} from '#lib/stores/records/sql/storable-text.server.ts';

const UNITS = [
  '',
  '\u0000',
  '\u0001',
  '\u0002',
  '\u0003',
  'a',
  '\ud7fe',
  '\ud7ff',
  '\ud800',
  '\udbff',
  '\udc00',
  '\udfff',
];
const OTHERS = ['\ue000', '\uffff', '😀', '\u{10ffff}'];
/** Every text of up to three of these. */
const TEXTS = [...UNITS, ...OTHERS].flatMap((one, _, all) =>
  all.flatMap((two) => all.map((three) => one + two + three)),
);

describe('text for a database', () => {
  it('is any text, without NUL and without half a pair, and comes back as it was', () => {
    for (const text of TEXTS) {
      const stored = toStorable(text);
      expect([stored.isWellFormed(), stored.includes('\u0000'), fromStorable(stored)]).toEqual([true, false, text]);
    }
  });

  it('sorts by its bytes as the text itself does by its code points', () => {
    const byBytes = TEXTS.toSorted((a, b) => Buffer.compare(Buffer.from(toStorable(a)), Buffer.from(toStorable(b))));
    expect(byBytes.every((text, at) => at === 0 || compareKeys(byBytes[at - 1] ?? '', text) <= 0)).toBe(true);
  });

  it('is left alone where it is text of every day', () => {
    const plain = ['', 'rome--ancient', 'ключ', '\u0002\n', '😀', '\ue000'];
    expect(plain.map(toStorable)).toEqual(plain);
  });
});

describe('a key', () => {
  it.each([
    ['k'.repeat(2000), 'k'.repeat(2001)],
    ['é'.repeat(1000), 'é'.repeat(1001)],
    // Two bytes each once they are escaped.
    ['\u0000'.repeat(1000), '\u0000'.repeat(1001)],
  ])('may have 2000 bytes as stored (%#)', (longest, tooLong) => {
    expect(() => requireStorable(longest)).not.toThrow();
    expect(() => requireStorable(tooLong)).toThrow(expect.objectContaining({ code: 'invalid-input' }));
  });
});

describe('a name', () => {
  it('stays as it is up to 500 bytes, and is told from any other beyond', () => {
    const long = ['x'.repeat(501), 'x'.repeat(502), `${'x'.repeat(500)}y`, `${'x'.repeat(79)}😀${'x'.repeat(500)}`];
    expect(toStorableName('x'.repeat(500))).toBe('x'.repeat(500));
    const stored = long.map(toStorableName);
    expect(new Set(stored).size).toBe(long.length);
    expect(stored.every((name) => Buffer.byteLength(name) < 500 && name.isWellFormed())).toBe(true);
    expect(toStorableName('x'.repeat(501))).toBe(stored[0]);
  });

  it('that is cut is no name that a text has by itself', () => {
    const cut = toStorableName('x'.repeat(501));
    expect([toStorableName(cut), toStorableName(fromStorable(cut))]).not.toContain(cut);
  });
});
