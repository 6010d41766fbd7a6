import { expect, it } from 'vitest';
import { askToLast, doesLast, type Lasting, lastingWords } from '#lib/components/media/browser/lasting.ts';

const storage = (persist: () => Promise<boolean>, persisted: () => Promise<boolean> = persist) => ({
  persist,
  persisted,
});

it.each<[string, () => Promise<boolean>, Lasting, RegExp]>([
  ['has agreed', async () => true, 'kept', /agreed to keep/],
  ['has not', async () => false, 'may-go', /may delete/],
  ['fails', async () => Promise.reject(new TypeError('no')), 'unknown', /does not say/],
])('a browser that %s is told so', async (_name, answer, lasting, words) => {
  expect(await askToLast(storage(answer))).toBe(lasting);
  expect(lastingWords(lasting)).toMatch(words);
});

it('a browser that says nothing of it is not asked', async () => {
  expect([await askToLast(undefined), await doesLast(undefined)]).toEqual(['unknown', 'unknown']);
});

it('looking at how it is does not ask anybody', async () => {
  const asking = () => Promise.reject<boolean>(new Error('asked'));
  expect(await doesLast(storage(asking, async () => true))).toBe('kept');
});
