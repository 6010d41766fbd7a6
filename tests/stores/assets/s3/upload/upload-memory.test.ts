import { expect, it } from 'vitest';
import { UploadMemory } from '#lib/stores/assets/s3/upload/upload-memory.ts';
import { rejection } from '../../../../fixtures/wire/dashscope.ts';

/** Holds memory until it is let go; says when it has begun. */
function holder(memory: UploadMemory, begun: string[], name: string, bytes: number, signal?: AbortSignal) {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const work = () => {
    begun.push(name);
    return held;
  };
  const done = memory.hold(bytes, work, signal);
  return { done, letGo };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

it('lets through what fits, in the order in which it came', async () => {
  const memory = new UploadMemory(10);
  const begun: string[] = [];
  const first = holder(memory, begun, 'first', 6);
  const large = holder(memory, begun, 'large', 8);
  const small = holder(memory, begun, 'small', 1);
  await turn();
  expect([begun, memory.bytesInUse]).toEqual([['first'], 6]);
  first.letGo();
  await turn();
  expect([begun, memory.bytesInUse]).toEqual([['first', 'large', 'small'], 9]);
  large.letGo();
  small.letGo();
  await Promise.all([first.done, large.done, small.done]);
  expect(memory.bytesInUse).toBe(0);
});

it('gives everything to one that wants more than there is', async () => {
  const memory = new UploadMemory(10);
  const begun: string[] = [];
  const small = holder(memory, begun, 'small', 1);
  const huge = holder(memory, begun, 'huge', 100);
  await turn();
  expect(begun).toEqual(['small']);
  small.letGo();
  await turn();
  expect([begun, memory.bytesInUse]).toEqual([['small', 'huge'], 10]);
  huge.letGo();
  await huge.done;
});

it('gives back what failed, and what nobody waits for any more', async () => {
  const memory = new UploadMemory(10);
  const begun: string[] = [];
  const first = holder(memory, begun, 'first', 6);
  const stop = new AbortController();
  const given = holder(memory, begun, 'given up', 8, stop.signal);
  const last = holder(memory, begun, 'last', 4);
  stop.abort();
  expect(await rejection(given.done)).toMatchObject({ code: 'aborted' });
  await turn();
  // It does not wait behind what was given up.
  expect(begun).toEqual(['first', 'last']);
  last.letGo();
  first.letGo();
  await Promise.all([first.done, last.done]);
  const failure = memory.hold(10, () => Promise.reject(new Error('no')));
  expect(await rejection(failure)).toMatchObject({ message: 'no' });
  expect(await rejection(memory.hold(1, async () => {}, AbortSignal.abort()))).toMatchObject({ code: 'aborted' });
  expect(memory.bytesInUse).toBe(0);
});
