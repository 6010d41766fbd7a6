import { describe, expect, it } from 'vitest';
import { errnoOf } from '#lib/base/disk/errno.ts';

describe('errnoOf', () => {
  it.each([
    [Object.assign(new Error('failed'), { code: 'EIO' }), 'EIO'],
    [{ code: 'EIO' }, 'EIO'],
    [Object.assign(new Error('failed'), { code: 5 }), undefined],
    [new Error('EIO'), undefined],
    ['EIO', undefined],
    [null, undefined],
  ])('of %o is %s', (thrown, expected) => {
    expect(errnoOf(thrown)).toBe(expected);
  });
});
