import { expect, it } from 'vitest';
import { rowsInView } from '#lib/components/media/list/rows-in-view.ts';

const ROW = 100;
const scrolledTo = (row: number, height = 800) => ({ top: -row * ROW, height, rowHeight: ROW });

it('are the first ones before anything is measured', () => {
  expect(rowsInView(10_000, undefined, undefined)).toHaveLength(12);
  expect(rowsInView(3, undefined, undefined)).toEqual([0, 1, 2]);
  expect(rowsInView(0, undefined, undefined)).toEqual([]);
});

it('are those in sight and some around them', () => {
  const rows = rowsInView(10_000, scrolledTo(5000), undefined);
  expect([rows[0], rows.at(-1)]).toEqual([4992, 5015]);
});

it.each([
  ['above the list', { top: 5000, height: 800, rowHeight: ROW }],
  ['below it', scrolledTo(12_000)],
])('are few while the window is %s', (_where, sight) => {
  expect(rowsInView(10_000, sight, undefined).length).toBeLessThan(30);
});

it('are never more than a page can bear, however high the window', () => {
  expect(rowsInView(10_000, scrolledTo(0, 100_000), 9999).length).toBeLessThanOrEqual(200);
});

it('hold the one that has the focus, in its order', () => {
  expect(rowsInView(10_000, scrolledTo(5000), 3)[0]).toBe(3);
  expect(rowsInView(10_000, scrolledTo(5000), 9000).at(-1)).toBe(9000);
  expect(rowsInView(10_000, scrolledTo(5000), 5001).filter((row) => row === 5001)).toHaveLength(1);
  expect(rowsInView(5, scrolledTo(0), 8)).toEqual([0, 1, 2, 3, 4]);
});
