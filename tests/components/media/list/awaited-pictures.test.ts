import { expect, it } from 'vitest';
import { AwaitedPictures } from '#lib/components/media/list/awaited-pictures.ts';

const due = { picturesDue: true };
const times = (count: number, look: () => boolean) => Array.from({ length: count }, look).filter(Boolean).length;

it('a list is loaded again now and then while films in it wait for their pictures', () => {
  const awaited = new AwaitedPictures();
  expect(times(9, () => awaited.isTime([{}]))).toBe(0);
  expect(times(9, () => awaited.isTime([due, {}]))).toBe(3);
  expect(times(9, () => awaited.isTime([{}, {}]))).toBe(0);
});

it('but not for ever where none comes, and again once one has', () => {
  const awaited = new AwaitedPictures();
  expect(times(600, () => awaited.isTime([due, due]))).toBe(20);
  expect(times(600, () => awaited.isTime([due, {}]))).toBe(20);
});
