import { describe, expect, it } from 'vitest';
import { compareKeys } from '#lib/stores/records/key-order.ts';

/** In the order of their code points. */
const SORTED = [
  '',
  '\u0000',
  'Z',
  'a',
  'a\u0000',
  'ab',
  'b',
  'é',
  '\ud7ff',
  '\ud800',
  // Half of a pair that is followed by no other half: what comes next decides.
  '\ud800a',
  '\ud800b',
  '\ud800\ud800',
  '\ud83d!',
  '\udfff',
  '\ue000',
  '\uffff',
  '\ud800\udc00',
  '😀',
  '😀a',
  '😁',
];

describe('compareKeys', () => {
  it('orders any two keys by their code points, and calls none equal but the same', () => {
    for (const [at, one] of SORTED.entries()) {
      const signs = SORTED.map((other) => Math.sign(compareKeys(one, other)));
      expect(signs, JSON.stringify(one)).toEqual(SORTED.map((_, index) => Math.sign(at - index)));
    }
  });
});
