import { describe, expect, it } from 'vitest';
import { callSafely } from '#lib/base/call-safely.ts';
import { countUnheardRejections } from '../fixtures/unheard-rejections.ts';

describe('callSafely', () => {
  it('passes on what it is given', () => {
    const seen: unknown[] = [];
    callSafely((event) => seen.push(event), 1);
    callSafely(undefined, 1);
    expect(seen).toEqual([1]);
  });

  const broken: Array<[string, () => unknown]> = [
    [
      'throws',
      () => {
        throw new Error('listener');
      },
    ],
    ['rejects', async () => Promise.reject(new Error('listener'))],
    ['returns a foreign promise that rejects', () => thenable((_done, fail) => fail(new Error('listener')))],
    [
      'returns something whose `then` throws',
      () =>
        thenable(() => {
          throw new Error('listener');
        }),
    ],
  ];

  it.each(broken)('survives a listener that %s', async (_name, listener) => {
    const unheard = countUnheardRejections();
    callSafely(listener, undefined);
    expect(await unheard()).toBe(0);
  });
});

function thenable(then: (done: () => void, fail: (error: Error) => void) => void): unknown {
  return { then };
}
